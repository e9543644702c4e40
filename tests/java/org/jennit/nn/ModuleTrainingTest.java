package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trees as LibTorch's optimizers and several threads use them. */
@Tag("lifetimes")
class ModuleTrainingTest {

  private static double trained(Function<TensorVector, Optimizer> make, int steps) {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(new Sequential(new Linear(2, 8), new Tanh(), new Linear(8, 1)), 1)) {
      Tensor x = Numeric.normal(2, 32, 2);
      Tensor y = x.prod(1, true, new org.bytedeco.pytorch.ScalarTypeOptional());
      Optimizer optimizer = make.apply(model.parameters());
      double first = 0;
      double last = 0;
      for (int i = 0; i < steps; i++) {
        optimizer.zero_grad();
        Tensor loss = model.forward(x).sub(y).square().mean();
        loss.backward();
        optimizer.step();
        last = loss.item().toDouble();
        first = i == 0 ? last : first;
      }
      return last / first;
    }
  }

  @Test
  void sgdTrains() {
    assertTrue(trained(p -> new SGD(p, new SGDOptions(0.05)), 200) < 0.2);
  }

  @Test
  void adamTrains() {
    assertTrue(trained(p -> new Adam(p, new AdamOptions(0.02)), 200) < 0.2);
  }

  @Test
  void aSharedModuleIsSteppedOnce() {
    Linear shared = Numeric.drawn(new Linear(1, 1, false), 1);
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(shared, shared)) {
      Tensor weight = shared.named_parameters().get("weight");
      double w = Numeric.values(weight)[0];
      SGD optimizer = new SGD(model.parameters(), new SGDOptions(0.1));
      model.forward(Numeric.tensor(new double[] {1}, 1, 1)).sum().backward();
      optimizer.step();
      // d(w * w)/dw = 2 w
      assertEquals(w - 0.1 * 2 * w, Numeric.values(weight)[0], 1e-12);
    }
  }

  @Test
  void threadsShareAModel() throws Exception {
    Sequential model =
        Numeric.drawn(new Sequential(new Linear(3, 4), new JavaModuleTest.Twice(), new Tanh()), 1);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<double[]> alone = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        alone.add(gradient(model, i));
      }
      List<Future<double[]>> together = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int seed = i % 16;
        together.add(pool.submit(() -> gradient(model, seed)));
      }
      for (int i = 0; i < 64; i++) {
        Numeric.assertClose(alone.get(i % 16), together.get(i).get(), 0, "thread " + i);
      }
    } finally {
      pool.shutdownNow();
      model.close();
    }
  }

  private static double[] gradient(Module model, int seed) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = Numeric.normal(seed, 2, 3).requires_grad_(true);
      return Numeric.values(Autograd.grad(model.forward(x).square().sum(), x));
    }
  }
}
