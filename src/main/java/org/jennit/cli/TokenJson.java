package org.jennit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import org.jennit.explain.Scores;
import org.jennit.explain.TextResult;

/** Prints each result as an object of JSON, on a line of its own. */
final class TokenJson implements TextSink {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;

  TokenJson(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(int number, TokenizedText text, TextResult result) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("text", text.text());
    line.set("target", output(result.scores(), result.index()));
    if (result.against() != null) {
      line.set("against", output(result.scores(), result.against()));
    }
    if (result.position() != null) {
      line.put("position", result.position());
    }
    ArrayNode tokens = line.putArray("tokens");
    double[] relevance = TextSink.relevance(result);
    for (int i = 0; i < relevance.length; i++) {
      TokenizedText.Token token = text.tokens().get(i);
      tokens
          .addObject()
          .put("token", token.token())
          .put("id", token.id())
          .put("text", token.special() ? "" : token.text())
          .put("relevance", relevance[i]);
    }
    out.println(JSON.writeValueAsString(line));
    Printed.require(out);
  }

  private static ObjectNode output(Scores scores, int index) {
    return JSON.createObjectNode()
        .put("index", index)
        .put("label", scores.label(index))
        .put("score", scores.value(0, index));
  }
}
