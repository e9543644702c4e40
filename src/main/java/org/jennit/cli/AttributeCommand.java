package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jennit.explain.AttributorFactory;
import org.jennit.explain.AttributorName;
import org.jennit.explain.HeatmapPainter;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jennit attribute}: heatmaps, or relevance as numbers, of images; tokens of texts. */
@Command(
    name = "attribute",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Explain what a model sees in images, or reads in texts.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jennit attribute digit.png --model digits",
      "  jennit attribute photos/ -m vgg16 -w vgg16.pth -t top-3 --report report.html",
      "  jennit attribute --text 'not bad at all' -m reader.pt --tokenizer tokenizer.json"
    })
final class AttributeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin TargetOption target;

  @Parameters(
      arity = "0..*",
      paramLabel = "INPUT",
      description =
          "Images (PNG, JPEG, GIF, BMP, TIFF), or folders, of which all images are taken.")
  List<Path> inputs = List.of();

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description =
          "An architecture (${COMPLETION-CANDIDATES}; digits has its weights with it), or an"
              + " exported program or TorchScript file.")
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

  @ArgGroup(validate = false, heading = "%nTexts:%n")
  TextOptions text = new TextOptions();

  @ArgGroup(validate = false, heading = "%nComputation:%n")
  ComputeOptions compute = new ComputeOptions();

  // What can be wrong without native code is found out first.
  @Override
  public Integer call() throws IOException {
    boolean texts = text.given(spec);
    output.settle(texts, spec);
    HeatmapPainter painter =
        new HeatmapPainter(texts ? picture.ofTexts(spec) : picture.settings(spec));
    AttributorFactory factory = new AttributorFactory(attributor.settings());
    if (output.report != null) {
      Usage.of(spec, "--report", painter::appearance);
    }
    return texts ? texts(painter) : images(painter, factory);
  }

  private int texts(HeatmapPainter painter) throws IOException {
    if (!inputs.isEmpty()) {
      throw Usage.wrong(spec, "--text does not go with images: " + inputs.get(0));
    }
    if (attributor.attributor != AttributorName.gradient) {
      throw Usage.wrong(
          spec, "--attributor: " + attributor.attributor + " is for images; texts take gradient");
    }
    return new TextRun(this, painter).run();
  }

  private int images(HeatmapPainter painter, AttributorFactory factory) throws IOException {
    if (inputs.isEmpty()) {
      throw Usage.wrong(spec, "Missing required parameter: 'INPUT', or --text");
    }
    if (output.report != null && output.resume) {
      throw Usage.wrong(
          spec, "--report does not go with --resume: it shows all results of one run");
    }
    if (output.batchSize < 1) {
      throw Usage.wrong(spec, "--batch-size must be at least 1, but is " + output.batchSize);
    }
    if (output.workers != null && output.workers < 1) {
      throw Usage.wrong(spec, "--workers must be at least 1, but is " + output.workers);
    }
    List<InputFile> files = Usage.of(spec, "INPUT", () -> InputFile.collect(inputs, output.output));
    return new AttributeRun(this, painter, factory, files).run();
  }
}
