package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.internal.TextFile;

/**
 * Writes draws as CmdStan 2.29 does, whose comments all readers know. CmdStanPy wants those of an
 * algorithm too: NUTS where a sampler has step sizes and depths, or else one whose parameters are
 * fixed. Three of them are not in the columns. For the iterations of the warm-up, none of which is
 * saved, stands 1; for the limit of depths that of Stan, or a greater depth that was reached; and
 * for the metric {@code unit_e}.
 */
final class CmdStanWriter {

  private static final Pattern UNFIT = Pattern.compile("(?s).*[,\"#\\s].*|.*__|.*\\.\\d+|");

  private static final String LOGS = "lp__";
  private static final String STEP_SIZES = "stepsize__";
  private static final String TREE_DEPTHS = "treedepth__";

  /** Whole numbers below this are written without a fraction. */
  private static final double LARGEST_WHOLE = 1e15;

  /** Element {@code place} of each {@code size} values. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Column(String name, double[] values, int size, int place) {}

  /** The limit of depths of Stan's samplers and of those here, unless they are told another. */
  private static final int DEPTHS = 10;

  private final Samples samples;
  private final ImmutableMap<String, ImmutableDoubleArray> sampler;
  private final Path folder;
  private final String model;
  private final List<Column> columns = new ArrayList<>();

  CmdStanWriter(
      Samples samples, Map<String, ImmutableDoubleArray> sampler, Path folder, String model) {
    this.samples = samples;
    this.sampler = ImmutableMap.copyOf(sampler);
    this.folder = folder;
    this.model = model;
    ImmutableDoubleArray logs =
        sampler.getOrDefault(
            LOGS, ImmutableDoubleArray.copyOf(new double[Math.toIntExact(samples.draws())]));
    addSampler(LOGS, logs); // files begin with it
    this.sampler.forEach(
        (name, values) -> {
          if (!name.equals(LOGS)) {
            addSampler(name, values);
          }
        });
    samples.names().forEach(this::addSite);
  }

  private void addSampler(String name, ImmutableDoubleArray values) {
    checkArgument(
        name.length() > 2 && name.endsWith("__") && !name.contains(","),
        "column '%s' of the sampler needs a name that ends in '__', such as 'lp__'",
        name);
    checkArgument(
        values.length() == samples.draws(),
        "column '%s' of the sampler has %s numbers, but there are %s draws; pass one for each",
        name,
        values.length(),
        samples.draws());
    columns.add(new Column(name, values.toArray(), 1, 0));
  }

  private void addSite(String name) {
    checkArgument(
        !UNFIT.matcher(name).matches(),
        "site '%s' has no place in a CmdStan file: a name must have no comma, quote, space or '#',"
            + " and must not end in '__' or in a dot and a number; rename it",
        name);
    double[] values = samples.values(name);
    Shape shape = samples.shape(name);
    int size = Math.toIntExact(shape.size());
    for (int i = 0; i < size; i++) {
      StringBuilder column = new StringBuilder(name);
      int place = 0;
      int rest = i; // the first subscript is the fastest
      for (int dim = 0; dim < shape.dimension(); dim++) {
        int length = Math.toIntExact(shape.get(dim));
        column.append('.').append(rest % length + 1);
        place = place * length + rest % length;
        rest /= length;
      }
      columns.add(new Column(column.toString(), values, size, place));
    }
  }

  /** Writes the files. */
  ImmutableList<Path> write() {
    int chains = Math.max(1, samples.chains());
    int length = Math.toIntExact(samples.draws()) / chains;
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    for (int chain = 0; chain < chains; chain++) {
      Path file = folder.resolve(model + "_" + (chain + 1) + ".csv");
      int number = chain;
      TextFile.write("file", file, writer -> write(writer, number, length));
      files.add(file);
    }
    return files.build();
  }

  private void write(Writer writer, int chain, int length) throws IOException {
    for (String line : header(chain, length)) {
      writer.write(line + "\n");
    }
    for (int draw = chain * length; draw < (chain + 1) * length; draw++) {
      writer.write(line(draw));
    }
    writer.write("#\n# written by PPL4J\n"); // CmdStanPy looks for the end of the draws
  }

  private List<String> header(int chain, int length) {
    @Nullable ImmutableDoubleArray steps = sampler.get(STEP_SIZES);
    @Nullable ImmutableDoubleArray depths = sampler.get(TREE_DEPTHS);
    List<String> lines = new ArrayList<>();
    Collections.addAll(
        lines,
        "# stan_version_major = 2",
        "# stan_version_minor = 29",
        "# stan_version_patch = 0",
        "# model = " + model,
        "# method = sample (Default)",
        "#   sample",
        "#     num_samples = " + length,
        "#     num_warmup = 1",
        "#     save_warmup = 0 (Default)",
        "#     thin = 1 (Default)");
    if (steps != null && depths != null) {
      double deepest = depths.stream().max().orElse(0);
      Collections.addAll(
          lines,
          "#     algorithm = hmc (Default)",
          "#       hmc",
          "#         engine = nuts (Default)",
          "#           nuts",
          "#             max_depth = " + Math.max(DEPTHS, (int) deepest),
          "#         metric = unit_e",
          "#           unit_e");
    } else {
      Collections.addAll(lines, "#     algorithm = fixed_param", "#       fixed_param");
    }
    lines.add("# id = " + (chain + 1));
    lines.add(String.join(",", columns.stream().map(Column::name).toList()));
    if (steps != null && depths != null) {
      double last = steps.get((chain + 1) * length - 1);
      Collections.addAll(
          lines, "# Adaptation terminated", "# Step size = " + number(last), "# No metric is told");
    }
    return lines;
  }

  private String line(int draw) {
    StringBuilder line = new StringBuilder();
    for (Column column : columns) {
      line.append(line.length() == 0 ? "" : ",")
          .append(number(column.values()[draw * column.size() + column.place()]));
    }
    return line.append('\n').toString();
  }

  private static String number(double x) {
    if (Double.isNaN(x)) {
      return "nan";
    }
    if (Double.isInfinite(x)) {
      return x > 0 ? "inf" : "-inf";
    }
    boolean isWhole = x == Math.rint(x) && Math.abs(x) < LARGEST_WHOLE && 1 / x != -1.0 / 0;
    return isWhole ? Long.toString((long) x) : Double.toString(x);
  }
}
