package org.jennit.models;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Add;
import org.jennit.nn.MatMul;
import org.jennit.nn.Mul;
import org.jennit.nn.NonDynamicallyQuantizableLinear;
import org.jennit.nn.Softmax;

/**
 * Attention within windows of an image (Liu et al. 2021), with a learned bias for each relative
 * position. (N, H, W, C) to the same. Torchvision calls no module in here; these are the children,
 * in the order of the computation: {@code qkv}, {@code scale} (of the queries, by a constant),
 * {@code scores}, {@code position} (the bias is added), {@code far} (in shifted windows, what keeps
 * apart neighbours by the shift alone is added), {@code softmax}, {@code output} and {@code proj}.
 */
public final class ShiftedWindowAttention extends TorchvisionModule {
  private final long[] window_size;
  private final long[] shift_size;
  private final long num_heads;

  ShiftedWindowAttention(long dim, long[] window_size, long[] shift_size, long num_heads) {
    this.window_size = window_size;
    this.shift_size = shift_size;
    this.num_heads = num_heads;
    long relative = (2 * window_size[0] - 1) * (2 * window_size[1] - 1);
    register_parameter(
        "relative_position_bias_table", Initialization.normal(0.02, relative, num_heads));
    register_buffer("relative_position_index", torch.tensor(relative_positions()));
    register_module("qkv", new NonDynamicallyQuantizableLinear(dim, 3 * dim));
    register_module("proj", new NonDynamicallyQuantizableLinear(dim, dim));
    register_module("scale", new Mul());
    register_module("scores", new MatMul());
    register_module("position", new Add());
    register_module("far", new Add());
    register_module("softmax", new Softmax(-1));
    register_module("output", new MatMul());
  }

  /** The row of the table for each pair of positions of a window. */
  private long[] relative_positions() {
    int rows = Math.toIntExact(window_size[0]);
    int columns = Math.toIntExact(window_size[1]);
    int positions = rows * columns;
    long[] index = new long[positions * positions];
    for (int from = 0; from < positions; from++) {
      for (int to = 0; to < positions; to++) {
        int down = from / columns - to / columns + rows - 1;
        int right = from % columns - to % columns + columns - 1;
        index[from * positions + to] = (long) down * (2 * columns - 1) + right;
      }
    }
    return index;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Windows windows = Windows.of(inputs[0], window_size, shift_size);
    Tensor split = windows.split(inputs[0]);
    Tensor heads = call(split, "qkv").unflatten(-1, 3, num_heads, -1).permute(2, 0, 3, 1, 4);
    Tensor query = heads.select(0, 0);
    Tensor factor = query.new_zeros(1).fill_(new Scalar(1 / Math.sqrt((double) query.size(-1))));
    Tensor scaled = get_submodule("scale").forward(query, factor);
    Tensor scores = get_submodule("scores").forward(scaled, heads.select(0, 1).transpose(-2, -1));
    scores = get_submodule("position").forward(scores, bias());
    if (windows.is_shifted()) {
      Tensor far = windows.mask(split).unsqueeze(1).repeat(inputs[0].size(0), 1, 1, 1);
      scores = get_submodule("far").forward(scores, far);
    }
    Tensor attended = get_submodule("output").forward(call(scores, "softmax"), heads.select(0, 2));
    return windows.join(call(attended.transpose(1, 2).flatten(2, -1), "proj"));
  }

  /** (1, heads, positions, positions). */
  private Tensor bias() {
    long positions = window_size[0] * window_size[1];
    return get_parameter("relative_position_bias_table")
        .index_select(0, named_buffers(false).get("relative_position_index"))
        .view(positions, positions, num_heads)
        .permute(2, 0, 1)
        .unsqueeze(0);
  }
}
