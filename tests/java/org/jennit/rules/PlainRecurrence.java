package org.jennit.rules;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * One sample through a recurrent stack and its relevance back, number by number in double: every
 * message is contribution times relevance over a stabilized sum.
 */
final class PlainRecurrence {
  enum Kind {
    RNN,
    LSTM,
    GRU
  }

  /** States and relevances of a sample; states are by layer, then direction. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Values(double[][] sequence, double[][] h, double[][] c) {}

  private final Kind kind;
  private final Map<String, double[][]> weights;
  private final int layers;
  private final int directions;
  private final int hidden;
  private final boolean relu;
  private final double epsilon;
  private final GateRule gates;

  /**
   * @param weights the parameters by torch's names; biases and nothing else have one row
   */
  PlainRecurrence(
      Kind kind,
      Map<String, double[][]> weights,
      int layers,
      int directions,
      boolean relu,
      double epsilon,
      GateRule gates) {
    this.kind = kind;
    this.weights = weights;
    this.layers = layers;
    this.directions = directions;
    this.relu = relu;
    this.epsilon = epsilon;
    this.gates = gates;
    int blocks = kind == Kind.LSTM ? 4 : kind == Kind.GRU ? 3 : 1;
    hidden = weights.get("weight_ih_l0").length / blocks;
  }

  /** What one step had and made. */
  private static final class Step {
    double[] x;
    double[] h_before;
    double[] c_before;
    double[][] pre;
    double[][] post;
    double[] from_h;
    double[] c;
    double[] m;
    double[] h;
  }

  /** One direction of one layer. */
  private final class Direction {
    private final String ending;
    private final boolean reversed;
    private final Step[] steps;

    Direction(int layer, int direction, double[][] x, double[] h_0, double[] c_0) {
      ending = "_l" + layer + (direction == 0 ? "" : "_reverse");
      reversed = direction == 1;
      steps = new Step[x.length];
      double[] h = h_0;
      double[] c = c_0;
      for (int t = 0; t < x.length; t++) {
        Step step = new Step();
        step.x = x[at(t)];
        step.h_before = h;
        step.c_before = c;
        compute(step);
        h = step.h;
        c = step.c;
        steps[t] = step;
      }
    }

    private int at(int t) {
      return reversed ? steps.length - 1 - t : t;
    }

    private double[] row(String name, int row) {
      return weights.get(name + ending)[row];
    }

    private double bias(String name, int row) {
      double[][] bias = weights.get(name + ending);
      return bias == null ? 0 : bias[0][row];
    }

    private double fromX(Step step, int row) {
      return dot(row("weight_ih", row), step.x) + bias("bias_ih", row);
    }

    private double fromH(Step step, int row) {
      return dot(row("weight_hh", row), step.h_before) + bias("bias_hh", row);
    }

    private void compute(Step step) {
      int blocks = kind == Kind.LSTM ? 4 : kind == Kind.GRU ? 3 : 1;
      step.pre = new double[blocks][hidden];
      step.post = new double[blocks][hidden];
      step.from_h = new double[hidden];
      step.m = new double[hidden];
      step.c = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        switch (kind) {
          case RNN -> {
            set(
                step,
                0,
                j,
                fromX(step, j) + fromH(step, j),
                relu ? v -> Math.max(v, 0) : Math::tanh);
            step.m[j] = step.post[0][j];
          }
          case LSTM -> {
            for (int block = 0; block < 4; block++) {
              int row = block * hidden + j;
              set(
                  step,
                  block,
                  j,
                  fromX(step, row) + fromH(step, row),
                  block == 2 ? Math::tanh : PlainRecurrence::sigmoid);
            }
            step.c[j] = step.post[1][j] * step.c_before[j] + step.post[0][j] * step.post[2][j];
            step.m[j] = step.post[3][j] * Math.tanh(step.c[j]);
          }
          case GRU -> {
            for (int block = 0; block < 2; block++) {
              int row = block * hidden + j;
              set(step, block, j, fromX(step, row) + fromH(step, row), PlainRecurrence::sigmoid);
            }
            step.from_h[j] = fromH(step, 2 * hidden + j);
            set(
                step,
                2,
                j,
                fromX(step, 2 * hidden + j) + step.post[0][j] * step.from_h[j],
                Math::tanh);
            double z = step.post[1][j];
            step.m[j] = (1 - z) * step.post[2][j] + z * step.h_before[j];
          }
        }
      }
      double[][] projection = weights.get("weight_hr" + ending);
      step.h =
          projection == null
              ? step.m
              : Arrays.stream(projection).mapToDouble(row -> dot(row, step.m)).toArray();
    }

    private void set(Step step, int block, int j, double value, DoubleUnaryOperator activation) {
      step.pre[block][j] = value;
      step.post[block][j] = activation.applyAsDouble(value);
    }

    /** Adds the input's relevance to {@code lower}; answers that of h_0 and c_0. */
    double[][] relevance(double[][] upper, int from, double[] h_n, double[] c_n, double[][] lower) {
      double[] of_h = h_n.clone();
      double[] of_c = c_n.clone();
      for (int t = steps.length - 1; t >= 0; t--) {
        Step step = steps[t];
        for (int k = 0; k < of_h.length; k++) {
          of_h[k] += upper[at(t)][from + k];
        }
        double[] of_m = of_h;
        double[][] projection = weights.get("weight_hr" + ending);
        if (projection != null) {
          of_m = new double[hidden];
          for (int k = 0; k < of_h.length; k++) {
            distribute(of_h[k], step.h[k], 1, projection[k], step.m, of_m);
          }
        }
        double[] before_h = new double[of_h.length];
        double[] before_c = new double[of_c.length];
        for (int j = 0; j < hidden; j++) {
          switch (kind) {
            case RNN -> spread(step, 0, j, of_m[j], lower[at(t)], before_h);
            case LSTM -> lstm(step, j, of_m[j], of_c[j], lower[at(t)], before_h, before_c);
            case GRU -> gru(step, j, of_m[j], lower[at(t)], before_h);
          }
        }
        of_h = before_h;
        of_c = before_c;
      }
      return new double[][] {of_h, of_c};
    }

    private void lstm(
        Step step, int j, double of_m, double of_c, double[] x, double[] h, double[] c) {
      double i = step.post[0][j];
      double f = step.post[1][j];
      double g = step.post[2][j];
      double[] emitted = shares(step.post[3][j], Math.tanh(step.c[j]));
      spread(step, 3, j, emitted[0] * of_m, x, h);
      double per_unit = (of_c + emitted[1] * of_m) / stabilized(step.c[j]);
      double[] added = shares(i, g);
      spread(step, 0, j, added[0] * i * g * per_unit, x, h);
      spread(step, 2, j, added[1] * i * g * per_unit, x, h);
      double[] kept = shares(f, step.c_before[j]);
      spread(step, 1, j, kept[0] * f * step.c_before[j] * per_unit, x, h);
      c[j] += kept[1] * f * step.c_before[j] * per_unit;
    }

    private void gru(Step step, int j, double of_h, double[] x, double[] h) {
      double r = step.post[0][j];
      double z = step.post[1][j];
      double n = step.post[2][j];
      double per_unit = of_h / stabilized(step.m[j]);
      double[] renewed = shares(1 - z, n);
      double[] kept = shares(z, step.h_before[j]);
      double of_renewed = (1 - z) * n * per_unit;
      double of_kept = z * step.h_before[j] * per_unit;
      h[j] += kept[1] * of_kept;
      spread(step, 1, j, renewed[0] * of_renewed + kept[0] * of_kept, x, h);
      int row = 2 * hidden + j;
      double total = step.pre[2][j];
      double of_n = renewed[1] * of_renewed;
      distribute(of_n, total, 1, row("weight_ih", row), step.x, x);
      double[] reset = shares(r, step.from_h[j]);
      distribute(of_n, total, r * reset[1], row("weight_hh", row), step.h_before, h);
      spread(step, 0, j, reset[0] * r * step.from_h[j] * of_n / stabilized(total), x, h);
    }

    /** Through the linear maps of a pre-activation. */
    private void spread(Step step, int block, int j, double relevance, double[] x, double[] h) {
      int row = block * hidden + j;
      double total = step.pre[block][j];
      distribute(relevance, total, 1, row("weight_ih", row), step.x, x);
      distribute(relevance, total, 1, row("weight_hh", row), step.h_before, h);
    }
  }

  /** Each input's contribution, times {@code scale}, to a sum of this total. */
  private void distribute(
      double relevance, double total, double scale, double[] row, double[] in, double[] lower) {
    for (int k = 0; k < in.length; k++) {
      lower[k] += scale * row[k] * in[k] * relevance / stabilized(total);
    }
  }

  private double stabilized(double value) {
    return value >= 0 ? value + epsilon : value - epsilon;
  }

  private double[] shares(double gate, double signal) {
    return switch (gates) {
      case ALL -> new double[] {0, 1};
      case HALF -> new double[] {0.5, 0.5};
      case PROP -> {
        double sum = stabilized(gate + signal);
        yield new double[] {gate / sum, signal / sum};
      }
      case ABS -> {
        double sum = stabilized(Math.abs(gate) + Math.abs(signal));
        yield new double[] {Math.abs(gate) / sum, Math.abs(signal) / sum};
      }
    };
  }

  /** The relevance of the inputs of one sample, of its own length. */
  Values relevance(Values inputs, Values upper) {
    Direction[][] stack = new Direction[layers][directions];
    double[][] sequence = inputs.sequence();
    for (int layer = 0; layer < layers; layer++) {
      double[][] next = new double[sequence.length][];
      Arrays.setAll(next, t -> new double[0]);
      for (int d = 0; d < directions; d++) {
        int index = layer * directions + d;
        Direction direction =
            new Direction(layer, d, sequence, inputs.h()[index], inputs.c()[index]);
        stack[layer][d] = direction;
        for (int t = 0; t < sequence.length; t++) {
          int place = direction.at(t);
          next[place] = joined(next[place], direction.steps[t].h);
        }
      }
      sequence = next;
    }
    double[][] h = new double[layers * directions][];
    double[][] c = new double[layers * directions][];
    double[][] above = upper.sequence();
    for (int layer = layers - 1; layer >= 0; layer--) {
      Step first = stack[layer][0].steps[0];
      double[][] lower = new double[above.length][first.x.length];
      for (int d = 0; d < directions; d++) {
        int index = layer * directions + d;
        double[][] states =
            stack[layer][d].relevance(
                above, d * first.h.length, upper.h()[index], upper.c()[index], lower);
        h[index] = states[0];
        c[index] = states[1];
      }
      above = lower;
    }
    return new Values(above, h, c);
  }

  private static double[] joined(double[] left, double[] right) {
    double[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }
}
