package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CPLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.composites.LayerMapComposite;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Composite;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Linear;
import org.jennit.rules.Epsilon;
import org.jennit.rules.RecurrentEpsilon;
import org.jennit.types.Recurrent;

/** The composites of the relevances of exported programs. */
final class ExportedRules {
  private ExportedRules() {}

  static Composite composite(JsonNode relevance) {
    if (relevance.has("composite")) {
      return Composites.of(
          RuleFactory.registryName(relevance.get("composite").asText()),
          new CompositeOptions().canonizers(RuleFactory.canonizers(relevance.get("canonizers"))));
    }
    double epsilon = relevance.get("epsilon").asDouble();
    return switch (relevance.get("rule").asText()) {
      case "arras2017" ->
          new LayerMapComposite(
              List.of(
                  new Entry(Recurrent.class, new RecurrentEpsilon(epsilon)),
                  new Entry(Linear.class, new Epsilon(new Stabilizer(epsilon), List.of()))));
      case "attnlrp" -> new AttnLRP(new CompositeOptions().epsilon(epsilon));
      case "cplrp" -> new CPLRP(new CompositeOptions().epsilon(epsilon));
      default -> throw new AssertionError("unknown rule " + relevance.get("rule"));
    };
  }
}
