package org.jennit.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.nn.RemovableHandle;

/** The shapes of what the modules of a model answer. */
final class OutputShapes {
  private OutputShapes() {}

  /** By path, for one black image; modules that are not called are left out. */
  static Map<String, String> of(LoadedModel model, InputFormat format) {
    Map<String, String> shapes = new HashMap<>();
    List<RemovableHandle> handles = new ArrayList<>();
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      model
          .module()
          .named_modules()
          .forEach(
              (path, module) ->
                  handles.add(
                      module.register_forward_hook(
                          (m, inputs, outputs) -> {
                            shapes.put(path, text(outputs));
                            return null;
                          })));
      model.module().forward_all(model.compute().place(torch.zeros(format.shape(1))));
    } finally {
      handles.forEach(RemovableHandle::remove);
    }
    return shapes;
  }

  private static String text(Tensor[] tensors) {
    return Stream.of(tensors).map(t -> text(t.shape())).collect(Collectors.joining(", "));
  }

  /** Such as "1 x 3 x 224 x 224". */
  static String text(long[] shape) {
    return LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(" x "));
  }
}
