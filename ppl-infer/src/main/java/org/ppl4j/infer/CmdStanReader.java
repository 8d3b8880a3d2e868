package org.ppl4j.infer;

import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.Ints;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Shapes;

/** Reads the CSV file of one chain, as CmdStan writes it. */
final class CmdStanReader {

  private static final Splitter CELLS = Splitter.on(',').trimResults();

  /** A column of an element of a site. */
  private record Element(int column, ImmutableList<Integer> subscript) {}

  private final Path path;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<double[]> rows = new ArrayList<>();
  private ImmutableList<String> names = ImmutableList.of();

  private CmdStanReader(Path path) {
    this.path = path;
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  static CmdStanCsv read(List<Path> paths) {
    List<CmdStanReader> files = paths.stream().map(CmdStanReader::of).toList();
    CmdStanReader first = files.get(0);
    files.forEach(first::checkSame);
    List<double[]> rows = files.stream().flatMap(file -> file.rows.stream()).toList();
    ImmutableMap.Builder<String, ImmutableDoubleArray> sampler = ImmutableMap.builder();
    Map<String, List<Element>> sites = first.elements(rows, sampler);
    NDManager manager = RunConfig.defaults().newManager();
    try {
      Map<String, NDArray> arrays = Maps.newLinkedHashMap();
      sites.forEach(
          (name, elements) -> arrays.put(name, first.site(manager, name, elements, rows)));
      return new CmdStanCsv(
          Samples.ofChains(manager, arrays, files.size()), sampler.buildOrThrow());
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  // --- one file

  private static CmdStanReader of(Path path) {
    CmdStanReader reader = new CmdStanReader(path);
    try (BufferedReader lines = Files.newBufferedReader(path, UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.read(line.strip(), ++number);
      }
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("there is no file '" + path + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("file '" + path + "' cannot be read: " + e.getMessage(), e);
    }
    reader.checkComplete();
    return reader;
  }

  private void read(String line, int number) {
    if (line.startsWith("#")) {
      List<String> words = Splitter.on('=').limit(2).trimResults().splitToList(line.substring(1));
      if (words.size() == 2) {
        settings.putIfAbsent(words.get(0), words.get(1).replace("(Default)", "").strip());
      }
    } else if (names.isEmpty() && !line.isEmpty()) {
      names = ImmutableList.copyOf(CELLS.split(line));
      if (new HashSet<>(names).size() < names.size()) {
        throw bad("has a column twice, or is no file of CmdStan: its header is '%s'", line);
      }
    } else if (!line.isEmpty()) {
      rows.add(row(CELLS.splitToList(line), number));
    }
  }

  private double[] row(List<String> cells, int line) {
    if (cells.size() != names.size()) {
      throw bad(
          "has %s cells in line %s, but %s columns; it may have been cut short",
          cells.size(), line, names.size());
    }
    double[] row = new double[cells.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = number(cells.get(i), line, names.get(i));
    }
    return row;
  }

  private double number(String cell, int line, String column) {
    return switch (Ascii.toLowerCase(cell)) {
      case "nan", "-nan" -> Double.NaN;
      case "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(cell);
        } catch (NumberFormatException e) {
          throw bad("has '%s' in line %s for column '%s', which is no number", cell, line, column);
        }
      }
    };
  }

  /** As many rows as the comments say, of which those of the warm-up go. */
  private void checkComplete() {
    if (rows.isEmpty()) {
      throw bad("has no draws; pass a file that CmdStan's method sample wrote");
    }
    Integer samples = setting("num_samples");
    if (samples == null) {
      return;
    }
    Integer thin = setting("thin");
    Integer warmup = setting("num_warmup");
    int step = thin == null || thin < 1 ? 1 : thin;
    boolean saved = List.of("1", "true").contains(settings.getOrDefault("save_warmup", ""));
    int first = saved && warmup != null ? (warmup + step - 1) / step : 0;
    int wanted = first + (samples + step - 1) / step;
    if (rows.size() != wanted) {
      throw bad(
          "has %s draws, but its comments say %s; it may have been cut short", rows.size(), wanted);
    }
    rows.subList(0, first).clear();
  }

  private @Nullable Integer setting(String name) {
    return Ints.tryParse(settings.getOrDefault(name, ""));
  }

  private void checkSame(CmdStanReader other) {
    if (!other.names.equals(names) || other.rows.size() != rows.size()) {
      throw other.bad(
          "has %s draws of columns %s, but file '%s' has %s of %s; pass the chains of one fit",
          other.rows.size(), other.names, path, rows.size(), names);
    }
  }

  // --- what it holds

  /** The columns of each site; those of the sampler are put into their map. */
  private Map<String, List<Element>> elements(
      List<double[]> rows, ImmutableMap.Builder<String, ImmutableDoubleArray> sampler) {
    Map<String, List<Element>> sites = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      int column = i;
      List<String> parts = Splitter.on('.').splitToList(names.get(i));
      int own = parts.size();
      while (own > 1 && Ints.tryParse(parts.get(own - 1)) != null) {
        own--;
      }
      if (names.get(i).endsWith("__")) {
        double[] values = rows.stream().mapToDouble(row -> row[column]).toArray();
        sampler.put(names.get(i), ImmutableDoubleArray.copyOf(values));
      } else {
        ImmutableList<Integer> subscript =
            parts.subList(own, parts.size()).stream()
                .map(Integer::valueOf)
                .collect(ImmutableList.toImmutableList());
        sites
            .computeIfAbsent(String.join(".", parts.subList(0, own)), name -> new ArrayList<>())
            .add(new Element(i, subscript));
      }
    }
    return sites;
  }

  private NDArray site(
      NDManager manager, String name, List<Element> elements, List<double[]> rows) {
    Shape shape = shape(name, elements);
    int size = elements.size();
    int[] columns = new int[size];
    Arrays.fill(columns, -1);
    for (Element element : elements) {
      int place = 0;
      for (int dim = 0; dim < shape.dimension(); dim++) {
        place = place * (int) shape.get(dim) + element.subscript().get(dim) - 1;
      }
      columns[place] = element.column();
    }
    if (Arrays.stream(columns).anyMatch(column -> column < 0)) {
      throw notOneArray(name, elements);
    }
    double[] values = new double[rows.size() * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / size)[columns[i % size]];
    }
    return manager.create(values, Shapes.concat(new Shape(rows.size()), shape));
  }

  /** The greatest subscripts. */
  private Shape shape(String name, List<Element> elements) {
    long[] sizes = new long[elements.get(0).subscript().size()];
    boolean fits = true;
    for (Element element : elements) {
      fits &= element.subscript().size() == sizes.length;
      for (int dim = 0; fits && dim < sizes.length; dim++) {
        fits = element.subscript().get(dim) >= 1;
        sizes[dim] = Math.max(sizes[dim], element.subscript().get(dim));
      }
    }
    double size = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (!fits || size != elements.size()) {
      throw notOneArray(name, elements);
    }
    return new Shape(sizes);
  }

  private IllegalArgumentException notOneArray(String name, List<Element> elements) {
    return bad(
        "has %s columns of '%s', which are not all the elements of one array",
        elements.size(), name);
  }

  private IllegalArgumentException bad(String wrong, @Nullable Object... values) {
    return new IllegalArgumentException("file '" + path + "' " + lenientFormat(wrong, values));
  }
}
