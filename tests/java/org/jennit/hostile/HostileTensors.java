package org.jennit.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;

/** Tensors of every kind that a call may be given by mistake. */
final class HostileTensors {
  private static final List<ScalarType> DTYPES =
      List.of(
          ScalarType.Float,
          ScalarType.Double,
          ScalarType.Half,
          ScalarType.BFloat16,
          ScalarType.Long,
          ScalarType.Byte,
          ScalarType.Bool,
          ScalarType.ComplexFloat);
  private static final long[][] SHAPES = {
    {}, {0}, {1}, {3}, {2, 3}, {0, 3}, {1, 2, 5}, {2, 1, 6, 6}, {1, 1, 1, 1, 1}, {2, 3, 4, 5, 6, 1}
  };

  private final Tensor closed = torch.ones(1);
  private final Module closedModule = new Linear(2, 2);

  HostileTensors() {
    closed.close();
    closedModule.close();
  }

  Module closedModule() {
    return closedModule;
  }

  Tensor draw(Random random) {
    return switch (random.nextInt(14)) {
      case 0 -> closed;
      case 1 -> new Tensor();
      case 2 -> torch.full(shape(random), new Scalar(Double.NaN));
      case 3 -> torch.full(shape(random), new Scalar(Double.POSITIVE_INFINITY));
      case 4 -> torch.ones(3, 2).t();
      case 5 -> torch.ones(1, 1).expand(2, 3);
      case 6 -> torch.ones(2, 3).to_sparse();
      case 7 -> torch.quantize_per_tensor(torch.rand(2, 3), 0.1, 0, ScalarType.QUInt8);
      case 8 -> torch.rand(2, 1, 6, 6).requires_grad_(true);
      case 9 -> torch.rand(2, 3).requires_grad_(true).mul(new Scalar(2.0));
      case 10 -> torch.rand(2, 1, 6, 6);
      default -> typed(random);
    };
  }

  private static Tensor typed(Random random) {
    return torch.ones(shape(random)).to(DTYPES.get(random.nextInt(DTYPES.size())));
  }

  private static long[] shape(Random random) {
    List<long[]> shapes = new ArrayList<>(List.of(SHAPES));
    return shapes.get(random.nextInt(shapes.size()));
  }
}
