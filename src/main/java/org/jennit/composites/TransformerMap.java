package org.jennit.composites;

import java.util.List;
import java.util.OptionalDouble;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Hook;
import org.jennit.nn.Add;
import org.jennit.nn.Embedding;
import org.jennit.nn.EmbeddingBag;
import org.jennit.nn.GatedLinear;
import org.jennit.nn.MatMul;
import org.jennit.nn.Mul;
import org.jennit.nn.NonDynamicallyQuantizableLinear;
import org.jennit.nn.Softmax;
import org.jennit.nn.Sum;
import org.jennit.rules.AttentionEpsilon;
import org.jennit.rules.AttentionWeights;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Gamma;
import org.jennit.rules.MatMulEpsilon;
import org.jennit.rules.MulShare;
import org.jennit.rules.Norm;
import org.jennit.rules.NormalizationEpsilon;
import org.jennit.rules.OperandShare;
import org.jennit.rules.Pass;
import org.jennit.rules.RecurrentEpsilon;
import org.jennit.rules.SoftmaxTaylor;
import org.jennit.rules.Zero;
import org.jennit.types.Activation;
import org.jennit.types.Attention;
import org.jennit.types.AvgPool;
import org.jennit.types.BatchNorm;
import org.jennit.types.Convolution;
import org.jennit.types.Linear;
import org.jennit.types.Normalization;
import org.jennit.types.Recurrent;

/** The lines of AttnLRP and CPLRP, which differ in the weights of attention and in gates. */
final class TransformerMap {
  private TransformerMap() {}

  static List<Entry> of(CompositeOptions options, AttentionWeights weights) {
    boolean constant = weights == AttentionWeights.CONSTANT;
    Hook norm = new Norm(options.epsilon);
    Hook dense = linear(options, options.lin_gamma);
    return LayerMapComposite.join(
        options.layer_map,
        List.of(
            new Entry(Softmax.class, constant ? new Zero() : new SoftmaxTaylor()),
            new Entry(Activation.class, new Pass()),
            new Entry(Sum.class, norm),
            new Entry(Add.class, norm),
            new Entry(AvgPool.class, norm),
            new Entry(BatchNorm.class, new Pass()),
            new Entry(Normalization.class, new NormalizationEpsilon(options.epsilon)),
            new Entry(Recurrent.class, new RecurrentEpsilon()),
            new Entry(Attention.class, new AttentionEpsilon(options.epsilon, weights)),
            // The weights of an attention stand first, before the values.
            new Entry(
                MatMul.class,
                new MatMulEpsilon(
                    options.epsilon, constant ? OperandShare.SECOND : OperandShare.UNIFORM)),
            new Entry(
                Mul.class, new MulShare(constant ? OperandShare.SIGNAL : OperandShare.UNIFORM)),
            new Entry(Convolution.class, linear(options, options.conv_gamma)),
            new Entry(Linear.class, dense),
            new Entry(NonDynamicallyQuantizableLinear.class, dense),
            new Entry(GatedLinear.class, new Epsilon(options.epsilon, options.zero_params)),
            // Indices carry no relevance.
            new Entry(Embedding.class, new Pass()),
            new Entry(EmbeddingBag.class, new Pass())));
  }

  private static Hook linear(CompositeOptions options, OptionalDouble gamma) {
    return gamma.isPresent()
        ? new Gamma(gamma.getAsDouble(), options.stabilizer, options.zero_params)
        : new Epsilon(options.epsilon, options.zero_params);
  }
}
