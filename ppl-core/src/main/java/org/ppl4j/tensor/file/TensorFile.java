package org.ppl4j.tensor.file;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.Longs;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.PlainMap;

/**
 * Tensors and texts by name in one file, which is a valid <a
 * href="https://github.com/huggingface/safetensors">safetensors</a> file, so that other programs
 * can read the tensors:
 *
 * <pre>{@code
 * 8 bytes      the length N of the header, little-endian
 * N bytes      the header, JSON: {"__metadata__": {texts}, "name": {"dtype": "F64", "shape": [3],
 *              "data_offsets": [0, 24]}, ...}
 * the rest     the numbers, little-endian, one tensor after the other
 * }</pre>
 *
 * <p>Of the texts, {@code format} is {@code ppl4j}, {@code version} the version of this format, and
 * {@code checksum} the SHA-256 of the whole file with zeros in its own place.
 *
 * <p>A file is written beside its place and moved there when it is complete, so that whoever reads
 * finds the old one or the new one, also after a crash. What is read is checked in full, sizes
 * before any memory is taken for them.
 */
public final class TensorFile {

  /** The version of the format that this library writes and reads. */
  public static final int VERSION = 1;

  static final String FORMAT = "ppl4j";

  private final String name;
  private final ImmutableMap<String, Entry> entries;
  private final ImmutableMap<String, String> texts;

  TensorFile(String name, Map<String, Entry> entries, Map<String, String> texts) {
    this.name = name;
    this.entries = ImmutableMap.copyOf(entries);
    this.texts = ImmutableMap.copyOf(texts);
  }

  /** A tensor on the host: the elements row by row. */
  public static final class Entry {

    private final FloatType type;
    private final Shape shape;
    private final double[] values;

    Entry(FloatType type, Shape shape, double[] values) {
      this.type = type;
      this.shape = shape;
      this.values = values;
    }

    /** The type in the file. */
    public FloatType type() {
      return type;
    }

    /** The shape. */
    public Shape shape() {
      return shape;
    }

    /** The elements, row by row; not a copy. */
    public double[] values() {
      return values;
    }
  }

  /** A file in the making. */
  public static final class Builder {

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a tensor.
     *
     * @param values row by row, as many as the shape has elements; kept, not copied
     * @throws IllegalArgumentException if they are not, or the name is taken
     */
    @CanIgnoreReturnValue
    public Builder put(String name, FloatType type, Shape shape, double[] values) {
      checkArgument(
          shape.size() == values.length,
          "tensor '%s' has shape %s, but was given %s values; pass %s",
          name,
          shape,
          values.length,
          shape.size());
      checkArgument(
          !name.equals(TensorFileHeader.TEXTS)
              && entries.put(name, new Entry(type, shape, values)) == null,
          "tensor '%s' is in the file already; give each its own name",
          name);
      return this;
    }

    /**
     * Adds a recorded map, as a text and a tensor of a name; {@link TensorFile#map} is the way
     * back.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    @CanIgnoreReturnValue
    public Builder put(String name, PlainMap map) {
      double[] numbers = map.numbers().toArray();
      return put(name, map.text()).put(name, FloatType.FLOAT64, new Shape(numbers.length), numbers);
    }

    /** Adds a text, over one of the same name. */
    @CanIgnoreReturnValue
    public Builder put(String name, String text) {
      texts.put(name, text);
      return this;
    }

    /**
     * Adds all that a file has, under names that begin like this; {@link TensorFile#part} is the
     * way back.
     *
     * @throws IllegalArgumentException if a name is taken
     */
    @CanIgnoreReturnValue
    public Builder put(String prefix, TensorFile part) {
      part.entries.forEach(
          (name, entry) -> put(prefix + name, entry.type(), entry.shape(), entry.values()));
      part.texts.forEach((name, text) -> put(prefix + name, text));
      return this;
    }

    /** {@link #put(String, TensorFile)} of what something writes, such as {@code flow::write}. */
    @CanIgnoreReturnValue
    public Builder put(String prefix, Consumer<Builder> writer) {
      Builder part = new Builder();
      writer.accept(part);
      return put(prefix, part.build(prefix));
    }

    /**
     * Writes the file, over one that is there.
     *
     * @throws java.io.UncheckedIOException if that fails; the old file is as it was
     */
    public void write(Path path) {
      TensorFileWriter.write(path, build(path.toString()));
    }

    /** The same without a file, under a name for errors. */
    public TensorFile build(String name) {
      return new TensorFile(name, entries, texts);
    }
  }

  /** A file in the making. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads a file.
   *
   * @throws java.io.UncheckedIOException if there is none or reading fails
   * @throws IllegalArgumentException if it is damaged, of another format or of another version
   */
  public static TensorFile read(Path path) {
    return TensorFileReader.read(path, true);
  }

  /**
   * Reads a safetensors file of another program, such as weights that Python saved: tensors of
   * doubles, floats, and both kinds of halves, which become floats. Such files have no checksum.
   *
   * <pre>{@code
   * TensorFile weights = TensorFile.readSafetensors(Path.of("model.safetensors"));
   * weights.entries().forEach((name, entry) -> params.set(name, entry.values()));
   * }</pre>
   *
   * @throws java.io.UncheckedIOException if there is none or reading fails
   * @throws IllegalArgumentException if it is damaged, of another format, or has tensors of other
   *     types
   */
  public static TensorFile readSafetensors(Path path) {
    return TensorFileReader.read(path, false);
  }

  /** The tensors by name, in the order of the file. */
  public ImmutableMap<String, Entry> entries() {
    return entries;
  }

  /** The texts by name. */
  public ImmutableMap<String, String> texts() {
    return texts;
  }

  /** The text of this name; null if there is none. */
  public @Nullable String text(String name) {
    return texts.get(name);
  }

  /**
   * The whole number that a text is.
   *
   * @throws IllegalArgumentException if there is none, or it is less or more than a number may be
   */
  public long whole(String text, long from, long to) {
    String written = texts.get(text);
    Long number = written == null ? null : Longs.tryParse(written);
    checkArgument(
        number != null && number >= from && number <= to,
        "%s has '%s' for '%s', but needs a whole number from %s to %s; pass a file that was saved",
        this,
        written,
        text,
        from,
        to);
    return number;
  }

  /**
   * The recorded map of a name, without the engine.
   *
   * @param sizes how many numbers each operand has
   * @throws IllegalArgumentException if there is none of such operands, or it is damaged, or has an
   *     operation that this release does not know
   */
  public PlainMap map(String map, int... sizes) {
    String text = texts.get(map);
    Entry numbers = entries.get(map);
    checkArgument(
        text != null && numbers != null,
        "%s has no recorded map '%s'; pass a file that a scorer's save wrote",
        this,
        map);
    PlainMap read;
    try {
      read = PlainMap.read(text, ImmutableDoubleArray.copyOf(numbers.values()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s %s".formatted(this, e.getMessage()), e);
    }
    int[] own = IntStream.range(0, read.inputs()).map(read::size).toArray();
    checkArgument(
        Arrays.equals(own, sizes),
        "%s has a recorded map '%s' of operands of %s numbers, but they must have %s; pass a file"
            + " that a scorer's save wrote",
        this,
        map,
        Arrays.toString(own),
        Arrays.toString(sizes));
    return read;
  }

  /** All whose name begins like this, under the rest of its name; empty if there is none. */
  public TensorFile part(String prefix) {
    return new TensorFile(name, rest(entries, prefix), rest(texts, prefix));
  }

  private static <T> Map<String, T> rest(Map<String, T> all, String prefix) {
    Map<String, T> rest = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            rest.put(name.substring(prefix.length()), value);
          }
        });
    return rest;
  }

  /** Its place, e.g. {@code file 'fit.ppl'}, for errors. */
  @Override
  public String toString() {
    return "file '" + name + "'";
  }
}
