package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/** Trained flows and the units of their data in files. */
final class DensityFile {

  private static final String DIMS = "density.dims";
  private static final String NOISE = "density.noise";

  private DensityFile() {}

  static void write(Path path, FlowModel model, DataUnits units) {
    TensorFile.Builder file = TensorFile.builder();
    model.params().write(file);
    file.put(DIMS, units.y().columns() + " " + units.contextDim());
    if (units.cells() != null) {
      file.put(NOISE, "learned");
    }
    units.y().write(file, "density/y");
    Units contexts = units.x();
    if (contexts != null) {
      contexts.write(file, "density/x");
    }
    Extrapolation extrapolation = units.extrapolation();
    if (extrapolation != null) {
      extrapolation.write(file, "density/reach");
    }
    file.write(path);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param dequantisation what it was trained with, where noise was learned
   * @param conditional whether it must have contexts
   */
  static Fitted read(
      Fitted.Flows flows,
      Dequantisation dequantisation,
      NDManager manager,
      Path path,
      boolean conditional) {
    TensorFile file = TensorFile.read(path);
    int[] dims = dims(file, conditional);
    RunConfig config = config(file);
    Units y = Units.read(file, "density/y", dims[0]);
    DataUnits units =
        new DataUnits(
            y,
            conditional ? Units.read(file, "density/x", dims[1]) : null,
            conditional ? Extrapolation.read(file, "density/reach", dims[1]) : null,
            dequantisation.cells(y));
    boolean isLearned = file.text(NOISE) != null;
    checkArgument(
        isLearned == (units.cells() != null),
        "%s has a density whose noise %s learned; load it with the dequantisation that it was"
            + " trained with",
        file,
        isLearned ? "was" : "was not");
    ParamStore params = new ParamStore(manager, config);
    try {
      int dim = y.freeDim();
      params.reading(file).run(); // with the critic of a training, which the flow knows nothing of
      Flow flow = flows.of(dim, dims[1]);
      FlowModel model = new FlowModel(flow, dequantisation.noise(units), dim, params, config);
      create(model, dims[1], file);
      return new Fitted(model, Owner.of(manager, config.device()), units, null);
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }

  /** Makes the flow of the tensors of a file. */
  private static void create(FlowModel model, int contextDim, TensorFile file) {
    try {
      model.create(contextDim);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s has a density of another flow: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static RunConfig config(TensorFile file) {
    try (NDManager own = NDManager.newBaseManager();
        ParamStore saved = new ParamStore(own)) {
      saved.reading(file).run();
      return saved.config().orElseThrow();
    }
  }

  private static int[] dims(TensorFile file, boolean conditional) {
    String text = file.text(DIMS);
    checkArgument(
        text != null && text.matches("[1-9][0-9]{0,8} (0|[1-9][0-9]{0,8})"),
        "%s has '%s' for '%s', which no density has; pass a file that a density's save wrote",
        file,
        text,
        DIMS);
    int[] dims = Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    checkArgument(
        conditional == dims[1] > 0,
        "%s has a density %s contexts; load it as the other kind",
        file,
        dims[1] > 0 ? "with" : "without");
    return dims;
  }
}
