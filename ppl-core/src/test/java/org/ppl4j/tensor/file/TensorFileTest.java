package org.ppl4j.tensor.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;

/** The file format, against the published one and against damage of every kind. */
class TensorFileTest {

  private static final double[] WIDE = {1.5, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, 0.1, 6};
  private static final double[] NARROW = {0.1f, Float.MIN_VALUE, -3};

  /** 1e38 to eight bits. */
  private static final double BRAIN = 9.969209968386869e37;

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void write() {
    path = folder.resolve("some.ppl");
    TensorFile.builder()
        .put("a/wide", FloatType.FLOAT64, new Shape(2, 3), WIDE)
        .put("none", FloatType.FLOAT64, new Shape(0, 4), new double[0])
        .put("narrow ü", FloatType.FLOAT32, new Shape(3), NARROW)
        .put("number", FloatType.FLOAT64, new Shape(), new double[] {Math.PI})
        .put("text", "with \"quotes\" and \n lines")
        .write(path);
  }

  @Test
  void readsWhatWasWritten() {
    TensorFile file = TensorFile.read(path);

    assertThat(file.entries().keySet()).containsExactly("a/wide", "none", "narrow ü", "number");
    assertThat(file.entries().get("a/wide").values()).isEqualTo(WIDE);
    assertThat(file.entries().get("a/wide").shape()).isEqualTo(new Shape(2, 3));
    assertThat(file.entries().get("none").shape()).isEqualTo(new Shape(0, 4));
    assertThat(file.entries().get("narrow ü").values()).isEqualTo(NARROW);
    assertThat(file.entries().get("narrow ü").type()).isEqualTo(FloatType.FLOAT32);
    assertThat(file.entries().get("number").values()).containsExactly(Math.PI);
    assertThat(file.text("text")).isEqualTo("with \"quotes\" and \n lines");
    assertThat(file.text("other")).isNull();
  }

  @Test
  void isASafetensorsFile() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong();
    byte[] text = new byte[length];
    bytes.get(text);
    JsonObject header = JsonParser.parseString(new String(text, UTF_8)).getAsJsonObject();

    assertThat(length % 8).isZero();
    assertThat(header.getAsJsonObject("__metadata__").get("format").getAsString())
        .isEqualTo("ppl4j");
    assertThat(header.get("a/wide"))
        .hasToString("{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]}");
    assertThat(header.get("narrow ü"))
        .hasToString("{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[48,60]}");
    assertThat(bytes.getDouble()).isEqualTo(1.5);
    assertThat(bytes.getFloat(8 + length + 48)).isEqualTo(0.1f);
  }

  /** A file of Python's package safetensors 0.8. */
  @Test
  void filesOfPythonAreRead() throws Exception {
    Path file =
        Path.of(
            Objects.requireNonNull(TensorFileTest.class.getResource("python.safetensors")).toURI());
    TensorFile read = TensorFile.readSafetensors(file);
    Map<String, TensorFile.Entry> entries = read.entries();

    assertThat(entries.get("weight").shape()).isEqualTo(new Shape(2, 3));
    assertThat(entries.get("weight").type()).isEqualTo(FloatType.FLOAT64);
    assertThat(entries.get("weight").values())
        .isEqualTo(new double[] {0.1, -2.0, 3e300, 1e-310, Math.PI, -0.0});
    assertThat(entries.get("bias").type()).isEqualTo(FloatType.FLOAT32);
    assertThat(entries.get("bias").values()).isEqualTo(new double[] {0.1f, -7.25, 3.4e38f});
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(entries.get("half").values())
        .isEqualTo(
            new double[] {
              0.0, -0.0, 1.5, -2.25, 65504, 5.9604644775390625e-08, infinity, -infinity
            });
    assertThat(entries.get("brain").values()).isEqualTo(new double[] {1, -3.140625, BRAIN, 0});
    assertThat(entries.get("empty").shape()).isEqualTo(new Shape(0, 4));
    assertThat(entries.get("scalar").values()).containsExactly(2.5);
    assertThat(read.text("made")).isEqualTo("by safetensors");
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '%s' has format 'null', not 'ppl4j'; pass a file that PPL4J saved", file);
  }

  @Test
  void writingReplacesAndLeavesNothingElse() throws IOException {
    TensorFile.builder().put("text", "new").write(path);

    assertThat(TensorFile.read(path).text("text")).isEqualTo("new");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void failedWriteKeepsTheOldFile() throws IOException {
    byte[] before = Files.readAllBytes(path);
    TensorFile.Builder impossible = TensorFile.builder().put("text", "\ud800");

    assertThatThrownBy(() -> impossible.write(path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("file '" + path + "' cannot be written (")
        .hasMessageEndingWith("); what was there is as it was");
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  /** A move would put the file where a device or a pipe was. */
  @Test
  void onlyFilesAreReplaced() throws IOException {
    TensorFile.Builder file = TensorFile.builder().put("text", "new");
    Path below = folder.resolve("none").resolve("file.ppl");

    assertThatThrownBy(() -> file.write(folder))
        .hasMessage(
            "file '%s' cannot be written (java.io.IOException: there is a folder; pass the path of"
                + " a file); what was there is as it was",
            folder);
    assertThatThrownBy(() -> file.write(below))
        .hasMessage(
            "file '%s' cannot be written (java.io.IOException: there is no folder '%s'; make it"
                + " first); what was there is as it was",
            below, below.getParent());
  }

  @Test
  void missingFileIsNamed() {
    Path missing = folder.resolve("missing.ppl");

    assertThatThrownBy(() -> TensorFile.read(missing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("file '" + missing + "' does not exist; save one there");
  }

  // --- damage

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path bad = folder.resolve("bad.ppl");
    Files.write(bad, bytes);
    assertThatThrownBy(() -> TensorFile.read(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '" + bad + "' " + message);
  }

  private static final String ADVICE = "; it was cut or changed: take another copy, or save anew";

  /** A file with this header, its length and checksum right, and so many bytes behind it. */
  private static byte[] forged(String header, int data) {
    byte[] text = header.getBytes(UTF_8);
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array();
    byte[] rest = new byte[data];
    String sum = Hashing.sha256().hashBytes(Bytes.concat(length, text, rest)).toString();
    return Bytes.concat(length, header.replace("0".repeat(64), sum).getBytes(UTF_8), rest);
  }

  private static String header(String version, String tensors) {
    return "{\"__metadata__\":{\"format\":\"ppl4j\",\"version\":\""
        + version
        + "\",\"checksum\":\""
        + "0".repeat(64)
        + "\"}"
        + tensors
        + "}";
  }

  private static String tensor(String shape, String offsets) {
    return ",\"x\":{\"dtype\":\"F64\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  static Stream<Arguments> forgeries() {
    return Stream.of(
        Arguments.of(
            header("1", tensor("[4611686018427387904]", "[0,16]")),
            "has tensor 'x' of shape (4611686018427387904) and type F64 in 16 bytes, which is"
                + " another size"),
        Arguments.of(
            header("1", tensor("[4294967296,4294967296]", "[0,16]")),
            "has tensor 'x' of shape (4294967296, 4294967296) and type F64 in 16 bytes, which is"
                + " another size"),
        Arguments.of(
            header("1", tensor("[4294967296,4294967296]", "[1,0]")),
            "has tensor 'x' of shape (4294967296, 4294967296) and type F64 in -1 bytes, which is"
                + " another size"),
        Arguments.of(
            header("1", tensor("[1000000000000]", "[0,8000000000000]")),
            "has tensor 'x' of 1000000000000 elements, but at most 2147418111 can be read"),
        Arguments.of(
            header("1", tensor("[100000000]", "[0,800000000]")),
            "has 16 bytes of numbers, but its header counts 800000000"),
        Arguments.of(
            header("1", tensor("[1]", "[8,16]")),
            "has tensor 'x' at byte 8, but the one before ends at 0"),
        Arguments.of(header("1", tensor("[2]", "[0]")), "has tensor 'x' with 1 offsets, not 2"),
        Arguments.of(
            header("1", tensor("[-2]", "[0,16]")), "has number -2 at tensor 'x', or more than 64"),
        Arguments.of(
            header("1", tensor("[2]", "[0,16]").replace("F64", "I64")),
            "has tensor 'x' of type 'I64', but F64, F32, F16 and BF16 are known"),
        Arguments.of(
            header("1", tensor("[1]", "[0,8]") + tensor("[1]", "[8,16]")), "has tensor 'x' twice"));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void sizesAreCheckedBeforeMemoryIsTaken(String header, String message) throws IOException {
    assertRefused(forged(header, 16), message + ADVICE);
  }

  @Test
  void theForgeryItselfCouldBeRead() throws IOException {
    Files.write(path, forged(header("1", tensor("[2]", "[0,16]")), 16));

    assertThat(TensorFile.read(path).entries().get("x").values()).containsExactly(0, 0);
  }

  @Test
  void newerVersionsAndOtherFormatsAreNamed() throws IOException {
    assertRefused(
        forged(
            header("2", ",\"future\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}"), 8),
        "has version '2' of the format, but this library reads version '1'; read it with the"
            + " library that wrote it, or a newer one");
    assertRefused(
        forged("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8),
        "has format 'null', not 'ppl4j'; pass a file that PPL4J saved");
  }

  @Test
  void headersThatAreNoneAreRefused() throws IOException {
    assertRefused(new byte[3], "has 3 bytes, but its first part alone has 8" + ADVICE);
    byte[] huge = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 62).array();
    assertRefused(
        huge,
        "says that its header has 4611686018427387904 bytes, but has 20 bytes in all (a header at"
            + " most 100000000)"
            + ADVICE);
    byte[] negative = ByteBuffer.allocate(20).putLong(-1).array();
    assertRefused(
        negative,
        "says that its header has -1 bytes, but has 20 bytes in all (a header at most 100000000)"
            + ADVICE);
    byte[] bad = forged("{\"x\":\"\u00e9\"}", 0);
    bad[13] = (byte) 0xff;
    assertRefused(bad, "has a header that is not text in UTF-8" + ADVICE);
    Path deep = folder.resolve("deep.ppl");
    Files.write(deep, forged("[".repeat(100_000), 0));
    assertThatThrownBy(() -> TensorFile.read(deep))
        .hasMessageContaining("has a header that is not the JSON of a safetensors file");
    Files.write(deep, forged("{\"x\":" + "{\"shape\":".repeat(100_000), 0));
    assertThatThrownBy(() -> TensorFile.read(deep))
        .hasMessageContaining("has a header that is not the JSON of a safetensors file");
  }

  @Test
  void everyFlippedBitOfEveryByteIsFound() throws IOException {
    byte[] good = Files.readAllBytes(path);
    Path bad = folder.resolve("bad.ppl");
    Random random = new Random(3);
    for (int i = 0; i < good.length; i++) {
      byte[] bytes = good.clone();
      bytes[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(bad, bytes);
      assertThatThrownBy(() -> TensorFile.read(bad))
          .as("byte %s of %s", i, good.length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void everyCutIsFound() throws IOException {
    byte[] good = Files.readAllBytes(path);
    Path bad = folder.resolve("bad.ppl");
    for (int length = 0; length < good.length; length++) {
      Files.write(bad, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> TensorFile.read(bad))
          .as("first %s bytes of %s", length, good.length)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("file '" + bad + "' ");
    }
  }
}
