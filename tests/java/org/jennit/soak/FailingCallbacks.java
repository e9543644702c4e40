package org.jennit.soak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.attribution.Gradient;
import org.jennit.core.Autograd;
import org.jennit.core.Call;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;

/** Work that ends in an exception of a function in Java, by the kind of the function. */
final class FailingCallbacks {
  private final Module model;
  private final Module layer;
  private final Tensor input;

  private FailingCallbacks(Module model, Tensor input) {
    this.model = model;
    this.layer = model.get_submodule("1");
    this.input = input;
  }

  static Map<String, Runnable> of(Module model, Tensor input) {
    FailingCallbacks callbacks = new FailingCallbacks(model, input);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("forward_pre_hook", callbacks::forwardPreHook);
    all.put("forward_hook", callbacks::forwardHook);
    all.put("backward_hook", callbacks::backwardHook);
    all.put("rule", callbacks::rule);
    all.put("forward", callbacks::forward);
    all.put("module", callbacks::module);
    all.put("module_map", callbacks::moduleMap);
    all.put("canonizer", callbacks::canonizer);
    all.put("attr_output", callbacks::attrOutput);
    return all;
  }

  private static IllegalStateException reason() {
    return new IllegalStateException("on purpose");
  }

  private void under(Supplier<RemovableHandle> registration) {
    try (RemovableHandle handle = registration.get();
        Tensor output = model.forward(input)) {
      Autograd.grad(output, input, output.detach());
    }
  }

  private void forwardPreHook() {
    under(
        () ->
            layer.register_forward_pre_hook(
                (module, inputs) -> {
                  throw reason();
                }));
  }

  private void forwardHook() {
    under(
        () ->
            layer.register_forward_hook(
                (module, inputs, outputs) -> {
                  throw reason();
                }));
  }

  private void backwardHook() {
    under(
        () ->
            layer.register_full_backward_hook(
                (module, grad_input, grad_output) -> {
                  throw reason();
                }));
  }

  private void rule() {
    under(() -> new FailingRule().register(layer));
  }

  private void forward() {
    layer.override_forward(
        inputs -> {
          throw reason();
        });
    try {
      model.forward(input);
    } finally {
      layer.override_forward(null);
    }
  }

  private void module() {
    try (Module failing = new Sequential(new Conv2d(1, 1, 1), new FailingModule())) {
      failing.forward(input);
    }
  }

  private void moduleMap() {
    new Composite(
            (context, name, module) -> {
              throw reason();
            })
        .coverage(Coverage.IGNORE)
        .context(model);
  }

  private void canonizer() {
    new Composite(List.of(new FailingCanonizer())).context(model);
  }

  private void attrOutput() {
    Gradient attributor =
        new Gradient(model)
            .attr_output(
                output -> {
                  throw reason();
                });
    attributor.apply(input);
  }

  private static final class FailingRule extends Hook {
    @Override
    protected Tensor[] backward(Call call, Tensor[] grad_output) {
      throw reason();
    }
  }

  private static final class FailingModule extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor made = inputs[0].mul(new Scalar(2.0));
      throw new IllegalStateException("on purpose, with " + made.numel() + " values made");
    }
  }

  private static final class FailingCanonizer extends Canonizer {
    @Override
    public List<Canonizer> apply(Module root) {
      throw reason();
    }

    @Override
    public void remove() {}

    @Override
    public Canonizer copy() {
      return new FailingCanonizer();
    }
  }
}
