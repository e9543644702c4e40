import org.bytedeco.javacpp.PointerScope
import org.bytedeco.pytorch.Scalar
import org.bytedeco.pytorch.global.torch
import org.jennit.core.Autograd
import org.jennit.core.Canonizer
import org.jennit.core.Composite
import org.jennit.nn.Conv2d
import org.jennit.nn.Flatten
import org.jennit.nn.Linear
import org.jennit.nn.Module
import org.jennit.nn.ReLU
import org.jennit.nn.Sequential
import org.jennit.nn.Softplus

/** The recipe in Kotlin: swapped activations and a second derivative. */
class Softened(private val beta: Double) : Canonizer() {
  private lateinit var undo: () -> Unit

  override fun apply(root: Module): List<Canonizer> =
      root.modules().flatMap { parent ->
        parent.named_children().filterValues { it is ReLU }.map { (name, relu) ->
          copy().also {
            parent.replace_module(name, Softplus(beta))
            it.undo = { parent.replace_module(name, relu).close() }
          }
        }
      }

  override fun remove() = undo()

  override fun copy() = Softened(beta)
}

fun main() {
  torch.manual_seed(0)
  PointerScope().use {
    Sequential(Conv2d(1, 4, 3), ReLU(), Flatten(), Linear(4 * 6 * 6, 10)).use { model ->
      val input = torch.rand(2, 1, 8, 8).requires_grad_(true)
      Composite(listOf(Softened(10.0))).context(model).use {
        val output = model.forward(input)
        val relevance =
            Autograd.grad(output, input, torch.ones_like(output), Autograd.CREATE_GRAPH)
        val loss = relevance.sub(input.detach()).pow(Scalar(2)).mean()
        check(Autograd.grad(loss, input).abs().sum().item_double() > 0) { "the second derivative is zero" }
      }
      check(model.get_submodule("1") is ReLU) { "the swap was not undone" }
    }
  }
  println("recipe: ok, kotlin ${KotlinVersion.CURRENT}")
}
