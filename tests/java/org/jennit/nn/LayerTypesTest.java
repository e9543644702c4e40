package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTypesTest {

  @Test
  void aNativeLayerGetsTheJavaClassOfItsType() {
    List<Layer> layers =
        List.of(
            new Conv2d(1, 1, 1),
            new ConvTranspose1d(1, 1, 1),
            new Linear(1, 1),
            new BatchNorm3d(1),
            new ReLU6(),
            new AdaptiveAvgPool2d(1),
            new ZeroPad1d(1),
            new Dropout2d(),
            new Embedding(1, 1),
            new RNN(1, 1),
            new LSTM(1, 2),
            new GRU(1, 1),
            new RNNCell(1, 1),
            new LSTMCell(1, 1),
            new GRUCell(1, 1),
            new MatMul(),
            new Mul(),
            new Add(),
            new CosineSimilarity(),
            new QuickGELU(),
            new RMSNorm(2),
            new EmbeddingBag(2, 2),
            new ScaledDotProductAttention(),
            new NonDynamicallyQuantizableLinear(1, 1));
    for (Layer layer : layers) {
      Layer adopted = LayerTypes.adopt(layer.type_name(), new Handle(layer.module()));
      assertSame(layer.getClass(), adopted.getClass());
      assertEquals(layer.toString(), adopted.toString());
    }
  }

  @Test
  void anUnknownTypeIsRefusedByName() {
    assertEquals(
        "there is no layer type 'Frobnicate'",
        assertThrows(IllegalArgumentException.class, () -> LayerTypes.adopt("Frobnicate", null))
            .getMessage());
  }
}
