package consumer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.image.Image;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.Weights;

/**
 * What a user of the library writes: the recipe of swapped activations, weights to a file and back,
 * a heatmap. Fails where a step does not do what it should.
 */
public final class Recipe {
  private static final class Softened extends Canonizer {
    private Module parent;
    private Module original;
    private String name;

    @Override
    public List<Canonizer> apply(Module root) {
      List<Canonizer> applied = new ArrayList<>();
      for (Module module : root.modules()) {
        module
            .named_children()
            .forEach(
                (child, relu) -> {
                  if (relu instanceof ReLU) {
                    Softened canonizer = copy();
                    canonizer.parent = module;
                    canonizer.name = child;
                    canonizer.original = relu;
                    module.replace_module(child, new Softplus(10));
                    applied.add(canonizer);
                  }
                });
      }
      return applied;
    }

    @Override
    public void remove() {
      parent.replace_module(name, original).close();
    }

    @Override
    public Softened copy() {
      return new Softened();
    }
  }

  private Recipe() {}

  public static void main(String[] arguments) throws Exception {
    torch.manual_seed(0);
    try (PointerScope scope = new PointerScope();
        Module model =
            new Sequential(
                new Conv2d(1, 4, 3), new ReLU(), new Flatten(), new Linear(4 * 6 * 6, 10))) {
      Tensor input = torch.rand(2, 1, 8, 8).requires_grad_(true);
      secondOrder(model, input);
      require(model.get_submodule("1") instanceof ReLU, "the swap was undone");
      weights(model, input);
      heatmap(model, input);
    }
    System.out.println(
        "recipe: ok"
            + ", jackson "
            + com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION
            + ", java "
            + Runtime.version().feature());
  }

  private static void secondOrder(Module model, Tensor input) {
    try (CompositeContext context = new Composite(List.of(new Softened())).context(model)) {
      Tensor output = model.forward(input);
      Tensor relevance =
          Autograd.grad(output, input, torch.ones_like(output), Autograd.CREATE_GRAPH);
      Tensor loss = relevance.sub(input.detach()).pow(new Scalar(2)).mean();
      Tensor adversarial = Autograd.grad(loss, input);
      require(adversarial.abs().sum().item_double() > 0, "the second derivative is not zero");
    }
  }

  /** To a file and back: the values are the same. The header of the file is JSON. */
  private static void weights(Module model, Tensor input) throws Exception {
    Path file = Files.createTempFile("recipe", ".safetensors");
    Map<String, Tensor> state = model.state_dict();
    SafeTensors.write(file, state, Map.of());
    Tensor before = model.forward(input);
    model.load_state_dict(Weights.load(file));
    require(model.forward(input).equal(before), "the weights came back");
    Files.delete(file);
  }

  private static void heatmap(Module model, Tensor input) throws Exception {
    Path file = Files.createTempFile("recipe", ".png");
    try (var attribution = new Gradient(model, new EpsilonPlus()).apply(input, 3, 1)) {
      Image.imgify(attribution.relevance().select(0, 0).sum(0)).save(file);
    }
    require(Files.size(file) > 100, "the heatmap is a file");
    Files.delete(file);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("not so: " + what);
    }
  }
}
