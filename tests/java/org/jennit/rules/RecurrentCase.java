package org.jennit.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Numeric;
import org.jennit.nn.Arguments;
import org.jennit.nn.Layers;
import org.jennit.nn.Module;
import org.jennit.rules.PlainRecurrence.Kind;
import org.jennit.rules.PlainRecurrence.Values;

/**
 * A recurrent layer or cell of a few units, its inputs, and its relevance by {@link
 * PlainRecurrence}.
 *
 * @param lengths of the samples; empty: all have all steps
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record RecurrentCase(
    String type,
    int layers,
    boolean bidirectional,
    int proj_size,
    boolean bias,
    boolean batch_first,
    boolean relu,
    long[] lengths) {
  static final int INPUTS = 3;
  static final int HIDDEN = 4;
  static final int SAMPLES = 3;
  static final int STEPS = 4;

  static final List<RecurrentCase> ALL = all();

  private static List<RecurrentCase> all() {
    List<RecurrentCase> cases = new ArrayList<>();
    long[] none = {};
    long[] ends = {2, 3, 1};
    for (String type : List.of("LSTM", "GRU", "RNN")) {
      boolean relu = type.equals("RNN");
      cases.add(new RecurrentCase(type, 1, false, 0, true, false, false, none));
      cases.add(new RecurrentCase(type, 2, true, 0, false, true, relu, none));
      cases.add(new RecurrentCase(type, 2, true, 0, true, false, false, ends));
      cases.add(new RecurrentCase(type + "Cell", 1, false, 0, true, false, relu, none));
    }
    cases.add(new RecurrentCase("LSTM", 2, true, 2, true, true, false, none));
    cases.add(new RecurrentCase("LSTM", 1, true, 3, false, false, false, ends));
    cases.add(new RecurrentCase("LSTM", 1, true, 3, false, false, false, none));
    return List.copyOf(cases);
  }

  @Override
  public String toString() {
    return type
        + (layers > 1 ? " of " + layers + " layers" : "")
        + (bidirectional ? ", both ways" : "")
        + (proj_size > 0 ? ", projected" : "")
        + (bias ? "" : ", no bias")
        + (batch_first ? ", batch first" : "")
        + (relu ? ", relu" : "")
        + (lengths.length > 0 ? ", lengths " + Arrays.toString(lengths) : "");
  }

  boolean isCell() {
    return type.endsWith("Cell");
  }

  Kind kind() {
    return Kind.valueOf(type.replace("Cell", ""));
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  private int outputs() {
    return proj_size > 0 ? proj_size : HIDDEN;
  }

  Module drawn(long seed) {
    Arguments arguments =
        new Arguments().put("input_size", INPUTS).put("hidden_size", HIDDEN).put("bias", bias);
    if (kind() == Kind.RNN) {
      arguments.put("nonlinearity", relu ? "relu" : "tanh");
    }
    if (!isCell()) {
      arguments
          .put("num_layers", layers)
          .put("bidirectional", bidirectional)
          .put("batch_first", batch_first);
    }
    if (proj_size > 0) {
      arguments.put("proj_size", proj_size);
    }
    return Numeric.drawn(Layers.of(type, arguments), seed);
  }

  /** The sequence and the initial states. */
  Tensor[] leaves(long seed) {
    List<long[]> shapes = new ArrayList<>();
    long stack = (long) layers * directions();
    if (isCell()) {
      shapes.add(new long[] {SAMPLES, INPUTS});
      shapes.add(new long[] {SAMPLES, HIDDEN});
      shapes.add(new long[] {SAMPLES, HIDDEN});
    } else {
      shapes.add(
          batch_first ? new long[] {SAMPLES, STEPS, INPUTS} : new long[] {STEPS, SAMPLES, INPUTS});
      shapes.add(new long[] {stack, SAMPLES, outputs()});
      shapes.add(new long[] {stack, SAMPLES, HIDDEN});
    }
    int count = kind() == Kind.LSTM ? 3 : 2;
    Tensor[] leaves = new Tensor[count];
    Arrays.setAll(leaves, i -> Numeric.normal(seed + i, shapes.get(i)).requires_grad_(true));
    return leaves;
  }

  /** With the lengths, where there are some. */
  Tensor[] inputs(Tensor[] leaves) {
    if (lengths.length == 0) {
      return leaves;
    }
    Tensor[] inputs = Arrays.copyOf(leaves, leaves.length + 1);
    inputs[leaves.length] = Tensor.create(lengths);
    return inputs;
  }

  /** The relevance of the leaves, sample by sample. */
  Tensor[] plainRelevance(
      Module layer, Tensor[] leaves, Tensor[] upper, double epsilon, GateRule gates) {
    PlainRecurrence plain =
        new PlainRecurrence(kind(), weights(layer), layers, directions(), relu, epsilon, gates);
    Tensor[] relevance = new Tensor[leaves.length];
    Arrays.setAll(relevance, i -> torch.zeros_like(leaves[i].detach()));
    for (int sample = 0; sample < SAMPLES; sample++) {
      Values answer =
          plain.relevance(valuesOf(leaves, sample, true), valuesOf(upper, sample, false));
      put(answer.sequence(), sequence(relevance[0], sample));
      put(answer.h(), states(relevance[1], sample));
      if (leaves.length > 2) {
        put(answer.c(), states(relevance[2], sample));
      }
    }
    return relevance;
  }

  private Map<String, double[][]> weights(Module layer) {
    Map<String, double[][]> weights = new LinkedHashMap<>();
    layer
        .named_parameters()
        .forEach(
            (name, tensor) ->
                weights.put(
                    isCell() ? name + "_l0" : name,
                    rows(tensor.dim() == 1 ? tensor.unsqueeze(0) : tensor)));
    return weights;
  }

  // A cell's upper relevances are of its states alone.
  private Values valuesOf(Tensor[] tensors, int sample, boolean inputs) {
    boolean statesAlone = isCell() && !inputs;
    double[][] h = rows(states(tensors[statesAlone ? 0 : 1], sample));
    int last = statesAlone ? 1 : 2;
    double[][] c =
        tensors.length > last ? rows(states(tensors[last], sample)) : new double[h.length][HIDDEN];
    double[][] sequence = statesAlone ? new double[1][HIDDEN] : rows(sequence(tensors[0], sample));
    return new Values(sequence, h, c);
  }

  /** A view of one sample's own steps. */
  private Tensor sequence(Tensor tensor, int sample) {
    if (isCell()) {
      return tensor.narrow(0, sample, 1);
    }
    Tensor steps = tensor.select(batch_first ? 0 : 1, sample);
    return lengths.length == 0 ? steps : steps.narrow(0, 0, lengths[sample]);
  }

  private Tensor states(Tensor tensor, int sample) {
    return isCell() ? tensor.narrow(0, sample, 1) : tensor.select(1, sample);
  }

  private static double[][] rows(Tensor matrix) {
    double[] values = Numeric.values(matrix);
    int columns = (int) matrix.size(1);
    double[][] rows = new double[(int) matrix.size(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
    return rows;
  }

  private static void put(double[][] rows, Tensor view) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    view.copy_(Numeric.tensor(flat, view.shape()));
  }

  /** Draws in the shapes of some tensors. */
  static Tensor[] like(Tensor[] tensors, long seed) {
    Tensor[] drawn = new Tensor[tensors.length];
    Arrays.setAll(drawn, i -> Numeric.normal(seed + i, tensors[i].shape()));
    return drawn;
  }

  /** Several tensors of draws for each, in one more dimension, the first. */
  static Tensor[] manyLike(Tensor[] tensors, long count, long seed) {
    Tensor[] drawn = new Tensor[tensors.length];
    Arrays.setAll(
        drawn,
        i ->
            torch.stack(
                new TensorVector(
                    LongStream.range(0, count)
                        .mapToObj(k -> like(tensors, seed + 10 * k)[i])
                        .toArray(Tensor[]::new))));
    return drawn;
  }
}
