package org.ppl4j.infer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A folder of arrays in groups, as Zarr's format 2 has them: of each array its shape and type in
 * JSON, and all its numbers in one chunk, plain and with the least byte first. Dims have names, as
 * xarray reads them.
 *
 * <p>Source: "Zarr storage specification version 2"; xarray, "Zarr encoding specification".
 */
final class ZarrFolder {

  private static final Gson JSON = new GsonBuilder().serializeNulls().setPrettyPrinting().create();

  private static final int FORMAT = 2;

  private final Path folder;
  private final Map<String, Object> metadata = new LinkedHashMap<>(); // by path in the folder

  /** One that is there, and empty. */
  ZarrFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * An array.
   *
   * @param type as NumPy writes it, such as {@code <f8}
   * @param bytes row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Values(String type, ImmutableList<Long> shape, byte[] bytes) {

    static Values ofDoubles(double[] numbers, List<Long> shape) {
      byte[] bytes = room(numbers.length, Double.BYTES);
      inOrder(bytes).asDoubleBuffer().put(numbers);
      return new Values("<f8", ImmutableList.copyOf(shape), bytes);
    }

    static Values ofFloats(double[] numbers, List<Long> shape) {
      byte[] bytes = room(numbers.length, Float.BYTES);
      ByteBuffer ordered = inOrder(bytes);
      for (double number : numbers) {
        ordered.putFloat((float) number);
      }
      return new Values("<f4", ImmutableList.copyOf(shape), bytes);
    }

    static Values ofLongs(double[] numbers, List<Long> shape) {
      byte[] bytes = room(numbers.length, Long.BYTES);
      ByteBuffer ordered = inOrder(bytes);
      for (double number : numbers) {
        ordered.putLong((long) number);
      }
      return new Values("<i8", ImmutableList.copyOf(shape), bytes);
    }

    static Values ofBooleans(double[] numbers, List<Long> shape) {
      byte[] bytes = new byte[numbers.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (numbers[i] == 0 ? 0 : 1);
      }
      return new Values("|b1", ImmutableList.copyOf(shape), bytes);
    }

    /** Texts of one dim, four bytes a character, each as long as the longest. */
    static Values ofTexts(List<String> texts) {
      int longest =
          texts.stream().mapToInt(text -> text.codePointCount(0, text.length())).max().orElse(0);
      int width = Math.max(1, longest);
      byte[] bytes = room(texts.size() * width, Integer.BYTES);
      ByteBuffer ordered = inOrder(bytes);
      for (int i = 0; i < texts.size(); i++) {
        int[] points = texts.get(i).codePoints().toArray();
        for (int k = 0; k < points.length; k++) {
          ordered.putInt((i * width + k) * Integer.BYTES, points[k]);
        }
      }
      return new Values("<U" + width, ImmutableList.of((long) texts.size()), bytes);
    }

    private static byte[] room(int count, int size) {
      return new byte[Math.multiplyExact(count, size)];
    }

    private static ByteBuffer inOrder(byte[] bytes) {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Makes a group; the folder itself is the one of the name {@code ""}. */
  void group(String name, Map<String, ?> attributes) throws IOException {
    Path path = Files.createDirectories(folder.resolve(name));
    put(path.resolve(".zgroup"), ImmutableMap.of("zarr_format", FORMAT));
    put(path.resolve(".zattrs"), attributes);
  }

  /** Writes an array with the names of its dims into a group. */
  void array(String group, String name, Values values, List<String> dims) throws IOException {
    Path path = Files.createDirectories(folder.resolve(group).resolve(name));
    List<Long> chunks = values.shape().stream().map(size -> Math.max(1, size)).toList();
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("zarr_format", FORMAT);
    about.put("shape", values.shape());
    about.put("chunks", chunks);
    about.put("dtype", values.type());
    about.put("compressor", null);
    about.put("fill_value", null);
    about.put("order", "C");
    about.put("filters", null);
    put(path.resolve(".zarray"), about);
    put(path.resolve(".zattrs"), ImmutableMap.of("_ARRAY_DIMENSIONS", dims));
    if (!values.shape().contains(0L)) {
      String chunk =
          values.shape().isEmpty()
              ? "0"
              : Collections.nCopies(chunks.size(), "0").stream().collect(Collectors.joining("."));
      Files.write(path.resolve(chunk), values.bytes());
    }
  }

  private static String text(Object about) {
    return JSON.toJson(about) + "\n";
  }

  private void put(Path file, Object about) throws IOException {
    Files.writeString(file, text(about), UTF_8);
    metadata.put(folder.relativize(file).toString().replace('\\', '/'), about);
  }

  /** Writes what all groups and arrays are in one place, where readers look first. */
  void close() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("zarr_consolidated_format", 1);
    all.put("metadata", metadata);
    Files.writeString(folder.resolve(".zmetadata"), text(all), UTF_8);
  }

  /** Whether a folder is one of these. */
  static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(".zgroup"));
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
