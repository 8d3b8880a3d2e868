package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/** What was learned, with the units of its data, in files. */
final class DensityFile {

  /** The text that tells which kind of distribution a file or a part of it has; none of a flow. */
  static final String KIND = "density.kind";

  static final String NOISE = "density.noise";
  private static final String DIMS = "density.dims";
  private static final String NOTES = "density.note.";

  private DensityFile() {}

  static void write(
      TensorFile.Builder file,
      RowDistribution rows,
      @Nullable ConformalRanks ranks,
      @Nullable RowLayout layout,
      @Nullable ColumnEncoding encoding,
      List<String> notes) {
    rows.write(file);
    if (ranks != null) {
      ranks.write(file);
    }
    if (layout != null) {
      layout.write(file);
    }
    if (encoding != null) {
      encoding.write(file);
    }
    for (int k = 0; k < notes.size(); k++) {
      file.put(NOTES + k, notes.get(k));
    }
    file.put(DIMS, rows.dim() + " " + rows.contextDim());
  }

  /** Adds units to a file, with the numbers of columns. */
  static void writeUnits(TensorFile.Builder file, DataUnits units) {
    file.put(DIMS, units.y().columns() + " " + units.contextDim());
    units.y().write(file, "density/y");
    Units contexts = units.x();
    if (contexts != null) {
      contexts.write(file, "density/x");
    }
    Extrapolation extrapolation = units.extrapolation();
    if (extrapolation != null) {
      extrapolation.write(file, "density/reach");
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param recipe of flows and of how noise was learned, of those that it was trained with
   * @param manager the owner of what it has and returns; null for {@linkplain Owner#of one of its
   *     own}
   * @param conditional whether it must have contexts
   */
  static Fitted read(
      Recipe recipe, @Nullable NDManager manager, TensorFile file, boolean conditional) {
    boolean hasContexts = dims(file)[1] > 0;
    checkArgument(
        conditional == hasContexts,
        "%s has a density %s contexts; load it as the other kind",
        file,
        hasContexts ? "with" : "without");
    Owner owner = Owner.of(manager, RunConfig.defaults().device());
    Reader reader = new Reader(recipe.flows(), recipe.columns().dequantisation(), owner.manager());
    try {
      RowDistribution rows = reader.read(file);
      RunConfig config =
          reader.learned().isEmpty()
              ? RunConfig.defaults()
              : reader.learned().get(0).model().config();
      return fitted(reader, rows, file, owner, config);
    } catch (RuntimeException e) {
      reader.stores().forEach(ParamStore::close);
      owner.close();
      throw e;
    }
  }

  private static Fitted fitted(
      Reader reader, RowDistribution rows, TensorFile file, Owner owner, RunConfig config) {
    boolean hasContexts = rows.contextDim() > 0;
    return new Fitted(
        rows,
        ConformalRanks.read(file),
        reader.learned(),
        RowLayout.read(file),
        hasContexts ? ColumnEncoding.read(file, rows.contextDim()) : null,
        RowLayout.texts(file, NOTES),
        KnownRows.NONE,
        owner,
        config);
  }

  /**
   * Reads what {@link #write} wrote of a {@linkplain RowDistribution#recorded recorded}
   * distribution, without the engine.
   *
   * @param conditional whether it must have contexts
   */
  static Fitted readRecorded(TensorFile file, boolean conditional) {
    boolean hasContexts = dims(file)[1] > 0;
    checkArgument(
        conditional == hasContexts,
        "%s has a scorer %s contexts; load it as the other kind",
        file,
        hasContexts ? "with" : "without");
    Reader reader = new Reader(null, Columns.STANDARD.dequantisation(), null);
    return fitted(reader, reader.read(file), file, Owner.nobody(), RunConfig.defaults());
  }

  /**
   * Reads a distribution and those that it is made of.
   *
   * @param flows null where all that the engine computes must be recorded
   * @param manager null there, too
   * @param learned gets the flows that are met
   * @param stores get those of what is met, for whoever closes them if something else is refused
   */
  record Reader(
      Fitted.@Nullable Flows flows,
      Dequantisation dequantisation,
      @Nullable NDManager manager,
      List<LearnedFlow> learned,
      List<ParamStore> stores) {

    Reader(
        Fitted.@Nullable Flows flows, Dequantisation dequantisation, @Nullable NDManager manager) {
      this(flows, dequantisation, manager, new ArrayList<>(), new ArrayList<>());
    }

    /** The parameters of a file, with those of the critic of a training, if there was one. */
    ParamStore store(TensorFile file, RunConfig config) {
      ParamStore params = new ParamStore(requireNonNull(manager), config);
      stores.add(params);
      params.reading(file).run();
      return params;
    }

    /** The distribution in a file, or in a part of one. */
    RowDistribution read(TensorFile file) {
      String kind = file.text(KIND);
      return switch (kind == null ? "flow" : kind) {
        case "flow" -> flow(file);
        case RecordedFlow.KIND -> simple(file, RecordedFlow::read);
        case NormalMixture.KIND -> simple(file, NormalMixture::read);
        case AdditiveRegressions.KIND -> simple(file, AdditiveRegressions::read);
        case PolynomialRegressions.KIND, PolynomialRegressions.KIND_FROM_LAST ->
            simple(file, PolynomialRegressions::read);
        case MixtureDistribution.KIND -> MixtureDistribution.read(file, this);
        case RecalibratedDistribution.KIND -> RecalibratedDistribution.read(file, this);
        case CategoryDistribution.KIND -> CategoryDistribution.read(file, this);
        case ColumnChain.KIND -> ColumnChain.read(file, this);
        case RoundedDistribution.KIND -> RoundedDistribution.read(file, this);
        case MixedDistribution.KIND -> MixedDistribution.read(file, this);
        case CellDistribution.KIND -> CellDistribution.read(file, this);
        default ->
            throw new IllegalArgumentException(
                "%s has a density of kind '%s', which this release does not know; read it with the"
                        .formatted(file, kind)
                    + " one that saved it");
      };
    }

    /** Those in the parts of a file that begin like this and have a number. */
    List<RowDistribution> readAll(TensorFile file, String prefix, int count) {
      List<RowDistribution> all = new ArrayList<>();
      for (int k = 0; k < count; k++) {
        all.add(read(file.part(prefix + k + "/")));
      }
      return all;
    }

    /**
     * Checks that parameters can be read.
     *
     * @throws IllegalArgumentException if all must be recorded
     */
    void checkHasFlows(TensorFile file) {
      checkArgument(
          flows != null,
          "%s has parameters of a flow or a network, which a scorer has not; load it as the density"
              + " that it is, and make a scorer of that",
          file);
    }

    private RowDistribution flow(TensorFile file) {
      checkHasFlows(file);
      DataUnits units = units(file);
      boolean isLearned = file.text(NOISE) != null;
      checkArgument(
          isLearned == (units.cells() != null),
          "%s has a density whose noise %s learned; load it with the dequantisation that it was"
              + " trained with",
          file,
          isLearned ? "was" : "was not");
      RunConfig config = config(file);
      ParamStore params = store(file, config);
      int dim = units.y().freeDim();
      Flow flow = requireNonNull(flows).of(dim, units.contextDim());
      FlowModel model =
          new FlowModel(flow, dequantisation.noise(units), dim, params, config).withSpreadOf(file);
      model.families().forEach(family -> family.check(file));
      create(model, units.contextDim(), file);
      LearnedFlow own = new LearnedFlow(model, units, null);
      learned.add(own);
      return own.rows();
    }

    /** Reads a distribution in standard units, of these numbers of columns. */
    @FunctionalInterface
    private interface Simple {
      StandardDistribution read(TensorFile file, int contextDim, int dim);
    }

    private RowDistribution simple(TensorFile file, Simple simple) {
      DataUnits units = units(file);
      return new InUnits(simple.read(file, units.contextDim(), units.y().freeDim()), units);
    }

    /** The units that {@link #writeUnits} wrote. */
    DataUnits units(TensorFile file) {
      int[] dims = dims(file);
      Units y = Units.read(file, "density/y", dims[0]);
      boolean hasContexts = dims[1] > 0;
      return new DataUnits(
          y,
          hasContexts ? Units.read(file, "density/x", dims[1]) : null,
          hasContexts ? Extrapolation.read(file, "density/reach", dims[1]) : null,
          dequantisation.cells(y));
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

  static RunConfig config(TensorFile file) {
    try (NDManager own = NDManager.newBaseManager();
        ParamStore saved = new ParamStore(own)) {
      saved.reading(file).run();
      return saved.config().orElseThrow();
    }
  }

  /** Adds numbers to a file. */
  static void put(TensorFile.Builder file, String name, double... numbers) {
    file.put(name, FloatType.FLOAT64, new Shape(numbers.length), numbers);
  }

  /** The numbers of a file, at least so many. */
  static double[] numbers(TensorFile file, String name, int least) {
    double[] numbers = Standardisation.entry(file, name);
    checkArgument(
        numbers.length >= least,
        "%s has no '%s' of %s numbers or more; pass a file that a density's save wrote",
        file,
        name,
        least);
    return numbers;
  }

  /** A number of columns, 0 or more. */
  static int count(TensorFile file, String name) {
    String text = file.text(name);
    checkArgument(
        text != null && text.matches("0|[1-9][0-9]{0,8}"),
        "%s has '%s' for '%s', which no density has; pass a file that a density's save wrote",
        file,
        text,
        name);
    return Integer.parseInt(text);
  }

  private static int[] dims(TensorFile file) {
    String text = file.text(DIMS);
    checkArgument(
        text != null && text.matches("[1-9][0-9]{0,8} (0|[1-9][0-9]{0,8})"),
        "%s has '%s' for '%s', which no density has; pass a file that a density's save wrote",
        file,
        text,
        DIMS);
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
