package org.jennit.rules;

import java.util.Locale;
import java.util.Objects;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance through RNN, LSTM, GRU and their cells, back through all steps at once (Arras et al.
 * 2017, "Explaining recurrent neural network predictions in sentiment analysis", arXiv:1706.07206:
 * epsilon for weighted connections, all relevance of a product to the signal; Arras et al. 2019,
 * arXiv:1909.12114, for other shares of the gates, see {@link GateRule}).
 *
 * <p>Relevance of all outputs enters: of the sequence at every step, of h_n and c_n. Relevance of
 * the input at every step, and of h_0 and c_0 where they were given, comes out. Activations pass it
 * on unchanged; biases stand in denominators alone; a layer and a direction of a stack come one
 * after the other as if they were modules of their own. With {@code d(v)} for v stabilized, R(v)
 * for the relevance of v, and ~ for the values before an activation:
 *
 * <p>LSTM, with {@code c = f c' + i g} and {@code h = o tanh(c)}, where c' and h' are those of the
 * step before: {@code R(c) += R(h)}; {@code R(g) = i g R(c) / d(c)}; {@code R(c') = f c' R(c) /
 * d(c)}; and with {@code k = R(g) / d(g~)}, {@code R(x) = x (W_g' k)} and {@code R(h') = h' (U_g'
 * k)}, where W_g and U_g are the rows of weight_ih and weight_hh that make g~, and W_g' is the
 * transpose. A projection {@code h = P m} of {@code m = o tanh(c)} is a linear map: {@code R(m) = m
 * (P' (R(h) / d(h)))}.
 *
 * <p>GRU by the same reading, with {@code h = (1 - z) n + z h'} and {@code n~ = W_n x + b + r u},
 * {@code u = U_n h' + b'}: a sum, {@code R(n) = (1 - z) n R(h) / d(h)} and {@code z h' R(h) / d(h)}
 * to h'; then {@code k = R(n) / d(n~)}, {@code R(x) = x (W_n' k)} and {@code R(h') += h' (U_n' (r
 * k))}: the reset gate scales weights.
 *
 * <p>RNN, with {@code h = tanh(h~)} or {@code relu(h~)}: {@code k = R(h) / d(h~)}, {@code R(x) = x
 * (W' k)} and {@code R(h') = h' (U' k)}.
 *
 * <p>Under another {@link GateRule} than ALL, each product gives its share to the gate: o and
 * tanh(c), i and g, f and c' of an LSTM; 1 - z and n, z and h', r and u of a GRU (where z collects
 * from both of its products, and u's share goes to h' along {@code U_n' (r k)} times that share). A
 * gate hands it on by epsilon, {@code R(x) += x (W_i' (R(i) / d(i~)))} and so on. An RNN has no
 * gates.
 *
 * <p>With lengths, paddings get none. While dropout is active between layers, the rule refuses:
 * what it left is not known afterwards. Works on {@link org.jennit.types.Recurrent} layers of
 * {@code org.jennit.nn}; {@link org.jennit.canonizers.UnrollRecurrent} opens them for rules of
 * one's own.
 */
public final class RecurrentEpsilon extends NativeHook {
  /** The epsilon of Arras et al. 2017. */
  public static final double DEFAULT_EPSILON = 1e-3;

  /** Epsilon {@value #DEFAULT_EPSILON}, all relevance to the signal. */
  public RecurrentEpsilon() {
    this(DEFAULT_EPSILON);
  }

  public RecurrentEpsilon(double epsilon) {
    this(new Stabilizer(epsilon), GateRule.ALL);
  }

  /** As {@link #RecurrentEpsilon()}, with other shares of the gates. */
  public RecurrentEpsilon(GateRule gates) {
    this(new Stabilizer(DEFAULT_EPSILON), gates);
  }

  /**
   * @param epsilon of every sum; a stabilizer that scales by a mean takes each step of each sample
   *     by itself, as a matrix of (steps * samples, features)
   */
  public RecurrentEpsilon(Stabilizer epsilon, GateRule gates) {
    super(
        "RecurrentEpsilon",
        stabilized("epsilon", epsilon)
            .put(
                "gates",
                Objects.requireNonNull(gates, "gates is null").name().toLowerCase(Locale.ROOT)));
  }
}
