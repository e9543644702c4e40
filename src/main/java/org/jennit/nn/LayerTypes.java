package org.jennit.nn;

/** The Java class of each native layer type. */
final class LayerTypes {
  private LayerTypes() {}

  /**
   * Wraps a native layer that exists already.
   *
   * @param type the layer's name in torch.nn, such as "Conv2d"
   * @throws IllegalArgumentException for a type that is no layer of torch.nn
   */
  static Layer adopt(String type, Handle handle) {
    return switch (type) {
      case "AdaptiveAvgPool1d" -> new AdaptiveAvgPool1d(handle);
      case "AdaptiveAvgPool2d" -> new AdaptiveAvgPool2d(handle);
      case "AdaptiveAvgPool3d" -> new AdaptiveAvgPool3d(handle);
      case "AdaptiveMaxPool1d" -> new AdaptiveMaxPool1d(handle);
      case "AdaptiveMaxPool2d" -> new AdaptiveMaxPool2d(handle);
      case "AdaptiveMaxPool3d" -> new AdaptiveMaxPool3d(handle);
      case "Add" -> new Add(handle);
      case "AlphaDropout" -> new AlphaDropout(handle);
      case "AvgPool1d" -> new AvgPool1d(handle);
      case "AvgPool2d" -> new AvgPool2d(handle);
      case "AvgPool3d" -> new AvgPool3d(handle);
      case "BatchNorm1d" -> new BatchNorm1d(handle);
      case "BatchNorm2d" -> new BatchNorm2d(handle);
      case "BatchNorm3d" -> new BatchNorm3d(handle);
      case "Bilinear" -> new Bilinear(handle);
      case "CELU" -> new CELU(handle);
      case "Cat" -> new Cat(handle);
      case "ChannelShuffle" -> new ChannelShuffle(handle);
      case "CircularPad1d" -> new CircularPad1d(handle);
      case "CircularPad2d" -> new CircularPad2d(handle);
      case "CircularPad3d" -> new CircularPad3d(handle);
      case "ConstantPad1d" -> new ConstantPad1d(handle);
      case "ConstantPad2d" -> new ConstantPad2d(handle);
      case "ConstantPad3d" -> new ConstantPad3d(handle);
      case "Conv1D" -> new Conv1D(handle);
      case "Conv1d" -> new Conv1d(handle);
      case "Conv2d" -> new Conv2d(handle);
      case "Conv3d" -> new Conv3d(handle);
      case "ConvTranspose1d" -> new ConvTranspose1d(handle);
      case "ConvTranspose2d" -> new ConvTranspose2d(handle);
      case "ConvTranspose3d" -> new ConvTranspose3d(handle);
      case "CosineSimilarity" -> new CosineSimilarity(handle);
      case "Dropout" -> new Dropout(handle);
      case "Dropout1d" -> new Dropout1d(handle);
      case "Dropout2d" -> new Dropout2d(handle);
      case "Dropout3d" -> new Dropout3d(handle);
      case "ELU" -> new ELU(handle);
      case "Embedding" -> new Embedding(handle);
      case "EmbeddingBag" -> new EmbeddingBag(handle);
      case "ExplicitAttention" -> new ExplicitAttention(handle);
      case "FeatureAlphaDropout" -> new FeatureAlphaDropout(handle);
      case "Flatten" -> new Flatten(handle);
      case "GELU" -> new GELU(handle);
      case "GLU" -> new GLU(handle);
      case "GRU" -> new GRU(handle);
      case "GRUCell" -> new GRUCell(handle);
      case "Gate" -> new Gate(handle);
      case "GatedLinear" -> new GatedLinear(handle);
      case "GroupNorm" -> new GroupNorm(handle);
      case "Hardshrink" -> new Hardshrink(handle);
      case "Hardsigmoid" -> new Hardsigmoid(handle);
      case "Hardswish" -> new Hardswish(handle);
      case "Hardtanh" -> new Hardtanh(handle);
      case "Identity" -> new Identity(handle);
      case "InstanceNorm1d" -> new InstanceNorm1d(handle);
      case "InstanceNorm2d" -> new InstanceNorm2d(handle);
      case "InstanceNorm3d" -> new InstanceNorm3d(handle);
      case "LSTM" -> new LSTM(handle);
      case "LSTMCell" -> new LSTMCell(handle);
      case "LayerNorm" -> new LayerNorm(handle);
      case "LeakyReLU" -> new LeakyReLU(handle);
      case "Linear" -> new Linear(handle);
      case "LocalResponseNorm" -> new LocalResponseNorm(handle);
      case "LogSigmoid" -> new LogSigmoid(handle);
      case "LogSoftmax" -> new LogSoftmax(handle);
      case "MatMul" -> new MatMul(handle);
      case "MaxPool1d" -> new MaxPool1d(handle);
      case "MaxPool2d" -> new MaxPool2d(handle);
      case "MaxPool3d" -> new MaxPool3d(handle);
      case "Mean" -> new Mean(handle);
      case "Mish" -> new Mish(handle);
      case "Mul" -> new Mul(handle);
      case "MultiheadAttention" -> new MultiheadAttention(handle);
      case "NonDynamicallyQuantizableLinear" -> new NonDynamicallyQuantizableLinear(handle);
      case "PReLU" -> new PReLU(handle);
      case "PixelShuffle" -> new PixelShuffle(handle);
      case "PixelUnshuffle" -> new PixelUnshuffle(handle);
      case "QuickGELU" -> new QuickGELU(handle);
      case "RMSNorm" -> new RMSNorm(handle);
      case "RNN" -> new RNN(handle);
      case "RNNCell" -> new RNNCell(handle);
      case "RReLU" -> new RReLU(handle);
      case "ReLU" -> new ReLU(handle);
      case "ReLU6" -> new ReLU6(handle);
      case "ReflectionPad1d" -> new ReflectionPad1d(handle);
      case "ReflectionPad2d" -> new ReflectionPad2d(handle);
      case "ReflectionPad3d" -> new ReflectionPad3d(handle);
      case "ReplicationPad1d" -> new ReplicationPad1d(handle);
      case "ReplicationPad2d" -> new ReplicationPad2d(handle);
      case "ReplicationPad3d" -> new ReplicationPad3d(handle);
      case "SELU" -> new SELU(handle);
      case "ScaledDotProductAttention" -> new ScaledDotProductAttention(handle);
      case "SiLU" -> new SiLU(handle);
      case "Sigmoid" -> new Sigmoid(handle);
      case "Softmax" -> new Softmax(handle);
      case "Softmax2d" -> new Softmax2d(handle);
      case "Softmin" -> new Softmin(handle);
      case "Softplus" -> new Softplus(handle);
      case "Softshrink" -> new Softshrink(handle);
      case "Softsign" -> new Softsign(handle);
      case "Sum" -> new Sum(handle);
      case "Tanh" -> new Tanh(handle);
      case "Tanhshrink" -> new Tanhshrink(handle);
      case "Threshold" -> new Threshold(handle);
      case "Transformer" -> new Transformer(handle);
      case "TransformerDecoder" -> new TransformerDecoder(handle);
      case "TransformerDecoderLayer" -> new TransformerDecoderLayer(handle);
      case "TransformerEncoder" -> new TransformerEncoder(handle);
      case "TransformerEncoderLayer" -> new TransformerEncoderLayer(handle);
      case "Unflatten" -> new Unflatten(handle);
      case "Upsample" -> new Upsample(handle);
      case "ZeroPad1d" -> new ZeroPad1d(handle);
      case "ZeroPad2d" -> new ZeroPad2d(handle);
      case "ZeroPad3d" -> new ZeroPad3d(handle);
      case "UnrolledRNN", "UnrolledLSTM", "UnrolledGRU" -> new Unrolled(handle);
      case "UnrolledRNNCell", "UnrolledLSTMCell", "UnrolledGRUCell" -> new Unrolled(handle);
      case "Sequential" -> new Sequential(handle);
      case "ModuleList" -> new ModuleList(handle);
      case "ModuleDict" -> new ModuleDict(handle);
      default -> throw new IllegalArgumentException("there is no layer type '" + type + "'");
    };
  }
}
