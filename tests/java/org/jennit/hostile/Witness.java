package org.jennit.hostile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;

/** A model whose state before a call is known, to be compared after one that was refused. */
final class Witness implements AutoCloseable {
  final Sequential model;
  private final String structure;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Tensor input = torch.ones(1, 1, 6, 6);
  private final Tensor output;

  Witness() {
    model = new Sequential(new Conv2d(1, 2, 3), new ReLU(), new Flatten(), new Linear(32, 3));
    model.eval();
    model
        .named_parameters()
        .forEach(
            (name, parameter) -> {
              parameter.detach().fill_(new Scalar(0.125));
              state.put(name, parameter.detach().clone());
            });
    structure = structure();
    output = model.forward(input).detach();
  }

  private String structure() {
    List<Module> modules = model.modules();
    return model
        + " training "
        + modules.stream().map(Module::is_training).toList()
        + " hooks "
        + modules.stream().map(each -> each.hooks().count()).toList();
  }

  /** How it differs from what it was; empty where it does not. */
  String change() {
    if (!structure().equals(structure)) {
      return "the model is " + structure() + " and was " + structure;
    }
    Map<String, Tensor> now = model.named_parameters();
    if (!now.keySet().equals(state.keySet())) {
      return "its parameters are " + now.keySet();
    }
    for (Map.Entry<String, Tensor> each : now.entrySet()) {
      if (!each.getValue().equal(state.get(each.getKey()))) {
        return each.getKey() + " has other values";
      }
    }
    return model.forward(input).equal(output) ? "" : "it answers something else";
  }

  @Override
  public void close() {
    model.close();
  }
}
