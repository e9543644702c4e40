package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.UnfuseAttention;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CPLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.models.SwinTransformer;
import org.jennit.models.VisionTransformer;
import org.jennit.nn.Masks;
import org.jennit.nn.Module;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.ScaledDotProductAttentionOptions;
import org.jennit.nn.Sequential;

/**
 * Attention, transformers and vision transformers: outputs, gradients, and relevances under {@link
 * AttnLRP} and {@link CPLRP}, with attention whole and opened.
 */
final class TransformerCases {
  private static final double TOLERANCE = ConformanceTest.TOLERANCE;

  private TransformerCases() {}

  /** {@code attention}: the layer with its projections. */
  static void attention(JsonNode node, Map<String, Tensor> tensors) {
    SequenceCase one = new SequenceCase(node, tensors);
    boolean self = node.get("self_attention").asBoolean();
    List<String> inputs = self ? List.of("input") : List.of("query", "key", "value");
    ObjectNode withWeights = node.get("layer").deepCopy();
    ((ObjectNode) withWeights.get("args"))
        .put("need_weights", true)
        .put("average_attn_weights", false);
    try (Module attention = ModelBuilder.build(withWeights, tensors)) {
      Tensor[] outputs = attention.forward_all(arguments(one.leaves(inputs), self, tensors));
      one.compare("output", outputs[0], TOLERANCE);
      one.compare("weights", outputs[1], TOLERANCE);
    }
    try (Module attention = ModelBuilder.build(node.get("layer"), tensors)) {
      BiFunction<Module, List<Tensor>, Tensor> forward =
          (module, given) -> module.forward(arguments(given, self, tensors));
      check(one, attention, inputs, forward, "output_relevance");
    }
    one.end();
  }

  private static Tensor[] arguments(List<Tensor> given, boolean self, Map<String, Tensor> tensors) {
    List<Tensor> all = new ArrayList<>(given);
    if (self) {
      all.addAll(List.of(given.get(0), given.get(0)));
    }
    all.add(tensors.getOrDefault("key_padding_mask", Masks.none()));
    all.add(tensors.getOrDefault("attn_mask", Masks.none()));
    return all.toArray(Tensor[]::new);
  }

  /** {@code sdpa}: attention without projections. */
  static void sdpa(JsonNode node, Map<String, Tensor> tensors) {
    ScaledDotProductAttentionOptions options =
        new ScaledDotProductAttentionOptions()
            .is_causal(node.get("is_causal").asBoolean())
            .enable_gqa(node.get("enable_gqa").asBoolean());
    if (!node.get("scale").isNull()) {
      options.scale(node.get("scale").asDouble());
    }
    SequenceCase one = new SequenceCase(node, tensors);
    // Only what has a parent can be opened.
    try (Module attention = new Sequential(new ScaledDotProductAttention(options))) {
      BiFunction<Module, List<Tensor>, Tensor> forward =
          (module, given) -> {
            List<Tensor> all = new ArrayList<>(given);
            if (tensors.containsKey("attn_mask")) {
              all.add(tensors.get("attn_mask"));
            }
            return module.forward(all.toArray(Tensor[]::new));
          };
      List<String> inputs = List.of("query", "key", "value");
      one.compare("output", forward.apply(attention, one.leaves(inputs)), TOLERANCE);
      check(one, attention, inputs, forward, "output_relevance");
    }
    one.end();
  }

  /** {@code transformer}: layers, stacks and the whole. */
  static void transformer(JsonNode node, Map<String, Tensor> tensors) {
    ObjectNode layer = node.get("layer").deepCopy();
    ObjectNode args = (ObjectNode) layer.get("args");
    for (String name : List.of("num_layers", "num_encoder_layers", "num_decoder_layers")) {
      if (layer.has(name)) {
        args.set(name, layer.get(name));
      }
    }
    if (layer.has("final_norm")) {
      args.set("norm", layer.get("final_norm"));
    }
    List<String> order =
        switch (layer.get("type").asText()) {
          case "Transformer" ->
              List.of(
                  "src",
                  "tgt",
                  "src_mask",
                  "tgt_mask",
                  "memory_mask",
                  "src_key_padding_mask",
                  "tgt_key_padding_mask",
                  "memory_key_padding_mask");
          case "TransformerEncoder", "TransformerEncoderLayer" ->
              List.of("src", "src_mask", "src_key_padding_mask");
          default ->
              List.of(
                  "tgt",
                  "memory",
                  "tgt_mask",
                  "memory_mask",
                  "tgt_key_padding_mask",
                  "memory_key_padding_mask");
        };
    List<String> inputs =
        StreamSupport.stream(node.get("inputs").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    SequenceCase one = new SequenceCase(node, tensors);
    try (Module module = ModelBuilder.build(layer, tensors)) {
      BiFunction<Module, List<Tensor>, Tensor> forward =
          (called, given) -> {
            Map<String, Tensor> all = new LinkedHashMap<>();
            order.forEach(name -> all.put(name, tensors.getOrDefault(name, Masks.none())));
            for (int i = 0; i < inputs.size(); i++) {
              all.put(inputs.get(i), given.get(i));
            }
            return called.forward(all.values().toArray(Tensor[]::new));
          };
      one.compare("output", forward.apply(module, one.leaves(inputs)), TOLERANCE);
      check(one, module, inputs, forward, "output_relevance");
    }
    one.end();
  }

  /**
   * {@code model}: torchvision's. Those of Hugging Face are exported programs, which have a kind of
   * their own.
   */
  static void model(JsonNode node, Map<String, Tensor> tensors) {
    if (!node.at("/model/library").asText().equals("torchvision")) {
      return;
    }
    SequenceCase one = new SequenceCase(node, tensors);
    try (Module model = torchvision(node.get("model"))) {
      model.to(torch.ScalarType.Double);
      Map<String, Tensor> state = new LinkedHashMap<>();
      tensors.forEach(
          (name, tensor) -> {
            if (name.startsWith("param.")) {
              state.put(name.substring("param.".length()), tensor);
            }
          });
      model.load_state_dict(state);
      model.eval();
      one.compare("output", model.forward(tensors.get("input")), TOLERANCE);
      one.compareBackward(
          given -> model.forward(given.get(0)),
          List.of("input"),
          "output_relevance",
          name -> "gradient",
          TOLERANCE);
      relevances(
          one,
          model,
          List.of("input"),
          (module, given) -> module.forward(given.get(0)),
          "output_relevance",
          (entry, name) -> entry);
    }
    one.end();
  }

  private static Module torchvision(JsonNode model) {
    JsonNode args = model.get("args");
    return switch (model.get("type").asText()) {
      case "VisionTransformer" ->
          new VisionTransformer(
              args.get("image_size").asLong(),
              args.get("patch_size").asLong(),
              args.get("num_layers").asLong(),
              args.get("num_heads").asLong(),
              args.get("hidden_dim").asLong(),
              args.get("mlp_dim").asLong(),
              args.get("num_classes").asLong());
      case "SwinTransformer" ->
          new SwinTransformer(
              integers(args.get("patch_size")),
              args.get("embed_dim").asLong(),
              integers(args.get("depths")),
              integers(args.get("num_heads")),
              integers(args.get("window_size")),
              args.get("mlp_ratio").asDouble(),
              0.1,
              args.get("num_classes").asLong());
      default -> throw new AssertionError("unknown model " + model.get("type"));
    };
  }

  private static long[] integers(JsonNode array) {
    long[] values = new long[array.size()];
    Arrays.setAll(values, i -> array.get(i).asLong());
    return values;
  }

  private static void check(
      SequenceCase one,
      Module module,
      List<String> inputs,
      BiFunction<Module, List<Tensor>, Tensor> forward,
      String seed) {
    one.compareBackward(
        given -> forward.apply(module, given),
        inputs,
        "grad_output",
        name -> "gradient_" + name,
        TOLERANCE);
    relevances(one, module, inputs, forward, seed, (entry, name) -> entry + "_" + name);
  }

  private static void relevances(
      SequenceCase one,
      Module module,
      List<String> inputs,
      BiFunction<Module, List<Tensor>, Tensor> forward,
      String seed,
      BiFunction<String, String, String> expected) {
    for (Map.Entry<String, JsonNode> entry : one.node.get("relevances").properties()) {
      JsonNode rule = entry.getValue();
      for (boolean opened : new boolean[] {false, true}) {
        CompositeOptions options = new CompositeOptions().epsilon(rule.get("epsilon").asDouble());
        if (opened) {
          options.canonizers(new UnfuseAttention());
        }
        Composite composite =
            rule.get("rule").asText().equals("attnlrp") ? new AttnLRP(options) : new CPLRP(options);
        composite.coverage(Coverage.REQUIRE);
        try (CompositeContext context = composite.context(module)) {
          one.compareBackward(
              given -> forward.apply(module, given),
              inputs,
              seed,
              name -> expected.apply(entry.getKey(), name),
              rule.get("tolerance").asDouble());
        }
      }
    }
  }
}
