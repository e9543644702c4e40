package org.jennit.bench.overhead;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Threads;
import org.jennit.nn.Identity;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to go from Java into native code and back. */
@BenchmarkMode(Mode.AverageTime)
@State(Scope.Thread)
public class CrossingBenchmark {
  private static final int MODULES = 100;

  private Module identity;
  private Module javaModules;
  private Tensor input;
  private NoGradGuard unrecorded;

  /** The least that a module written in Java can do. */
  private static final class JavaIdentity extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0];
    }
  }

  @Setup(Level.Trial)
  public void build() {
    Threads.set();
    unrecorded = new NoGradGuard();
    identity = new Identity();
    Sequential modules = new Sequential();
    for (int i = 0; i < MODULES; i++) {
      modules.append(new JavaIdentity());
    }
    javaModules = modules;
    input = torch.randn(1);
  }

  @TearDown(Level.Trial)
  public void close() {
    identity.close();
    javaModules.close();
    input.close();
    unrecorded.close();
  }

  /** A getter of the binding: no tensor is made. */
  @Benchmark
  public long getter() {
    return input.dim();
  }

  /** An operation of the binding on one number. */
  @Benchmark
  public void operation() {
    input.neg().close();
  }

  /** A forward of one layer that does nothing. */
  @Benchmark
  public void forward() {
    identity.forward(input).close();
  }

  /** From native code into a module written in Java and back. */
  @Benchmark
  @OperationsPerInvocation(MODULES)
  public void callback() {
    javaModules.forward(input).close();
  }
}
