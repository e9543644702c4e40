package org.jennit.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jennit.explain.AttributorFactory;
import org.jennit.explain.HeatmapPainter;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jennit attribute}: heatmaps, or relevance as numbers, of images. */
@Command(
    name = "attribute",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Explain what a model sees in images.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jennit attribute digit.png --model digits",
      "  jennit attribute photos/ -m vgg16 -w vgg16.pth -t top-3 --report report.html"
    })
final class AttributeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin InputOptions inputs;
  @Mixin TargetOption target;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description =
          "An architecture (${COMPLETION-CANDIDATES}; digits has its weights with it), or a"
              + " TorchScript file.")
  String model;

  @ArgGroup(validate = false, heading = "%nModel:%n")
  ModelOptions modelOptions = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nRules:%n")
  RuleOptions rules = new RuleOptions();

  @ArgGroup(validate = false, heading = "%nAttribution:%n")
  AttributorOptions attributor = new AttributorOptions();

  @ArgGroup(validate = false, heading = "%nPictures:%n")
  PictureOptions picture = new PictureOptions();

  @ArgGroup(validate = false, heading = "%nResults:%n")
  OutputOptions output = new OutputOptions();

  @ArgGroup(validate = false, heading = "%nFrom image to input:%n")
  PreprocessingOptions preprocessing = new PreprocessingOptions();

  @ArgGroup(validate = false, heading = "%nComputation:%n")
  ComputeOptions compute = new ComputeOptions();

  // What can be wrong without native code is found out first.
  @Override
  public Integer call() throws IOException {
    HeatmapPainter painter = new HeatmapPainter(picture.settings(spec));
    AttributorFactory factory = new AttributorFactory(attributor.settings());
    if (output.report != null) {
      Usage.of(spec, "--report", painter::appearance);
      if (output.resume) {
        throw Usage.wrong(
            spec, "--report does not go with --resume: it shows all results of one run");
      }
    }
    if (output.batchSize < 1) {
      throw Usage.wrong(spec, "--batch-size must be at least 1, but is " + output.batchSize);
    }
    List<InputFile> files =
        Usage.of(spec, "INPUT", () -> InputFile.collect(inputs.inputs, output.output));
    return new AttributeRun(this, painter, factory, files).run();
  }
}
