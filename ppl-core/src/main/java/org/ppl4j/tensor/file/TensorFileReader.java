package org.ppl4j.tensor.file;

import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ppl4j.tensor.file.TensorFileHeader.Place;

/**
 * Reads a {@link TensorFile}, believing nothing that it says. By a stream: an interrupt would close
 * a channel.
 */
final class TensorFileReader {

  private static final int CHUNK = 1 << 16;
  private static final int LENGTH_BYTES = 8;

  /** The longest header, that of the safetensors format. */
  private static final long MOST_HEADER = 100_000_000;

  private final Path path;
  private final long size;
  private final InputStream stream;
  private final Hasher hasher = Hashing.sha256().newHasher();
  private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

  private TensorFileReader(Path path, long size, InputStream stream) {
    this.path = path;
    this.size = size;
    this.stream = stream;
  }

  /**
   * Reads a file.
   *
   * @param isOwn whether this library wrote it, so that it has a version and a checksum
   */
  static TensorFile read(Path path, boolean isOwn) {
    try (InputStream stream = Files.newInputStream(path)) {
      return new TensorFileReader(path, Files.size(path), stream).read(isOwn);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("file '%s' does not exist; save one there".formatted(path), e);
    } catch (IOException e) {
      throw new UncheckedIOException("file '%s' cannot be read (%s)".formatted(path, e), e);
    }
  }

  private TensorFile read(boolean isOwn) throws IOException {
    check(
        size >= LENGTH_BYTES, "has %s bytes, but its first part alone has %s", size, LENGTH_BYTES);
    long length = next(LENGTH_BYTES).getLong();
    check(
        length >= 0 && length <= Math.min(MOST_HEADER, size - LENGTH_BYTES),
        "says that its header has %s bytes, but has %s bytes in all (a header at most %s)",
        length,
        size,
        MOST_HEADER);
    byte[] text = new byte[(int) length];
    readFully(ByteBuffer.wrap(text));
    TensorFileHeader header = parse(text);
    if (isOwn) {
      checkFormat(header);
    }
    List<Place> places = inOrder(header, size - LENGTH_BYTES - length);
    String checksum = Objects.requireNonNullElse(header.texts().get(TensorFileHeader.CHECKSUM), "");
    if (isOwn) {
      hash(text, length, checksum);
    }

    Map<String, TensorFile.Entry> entries = new LinkedHashMap<>();
    for (Place place : places) {
      TensorFile.Entry before =
          entries.put(
              place.name(),
              new TensorFile.Entry(place.coding().type(), place.shape(), values(place)));
      check(before == null, "has tensor '%s' twice", place.name());
    }
    String computed = hasher.hash().toString();
    check(
        !isOwn || computed.equals(checksum),
        "has checksum '%s', but its content gives '%s'",
        checksum,
        computed);
    return new TensorFile(path.toString(), entries, header.texts());
  }

  private TensorFileHeader parse(byte[] text) {
    try {
      return TensorFileHeader.parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException e) {
      throw bad("has a header that is not text in UTF-8");
    } catch (IllegalArgumentException e) {
      throw bad(Objects.requireNonNullElse(e.getMessage(), "has a bad header"));
    }
  }

  private void checkFormat(TensorFileHeader header) {
    String format = header.texts().get(TensorFileHeader.FORMAT);
    if (!TensorFile.FORMAT.equals(format)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "file '%s' has format '%s', not '%s'; pass a file that PPL4J saved",
              path, format, TensorFile.FORMAT));
    }
    String version = header.texts().get(TensorFileHeader.VERSION);
    if (!Integer.toString(TensorFile.VERSION).equals(version)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "file '%s' has version '%s' of the format, but this library reads version '%s'; read"
                  + " it with the library that wrote it, or a newer one",
              path, version, TensorFile.VERSION));
    }
  }

  /** The tensors from the front to the back, which fill the file without a gap. */
  private List<Place> inOrder(TensorFileHeader header, long bytes) {
    List<Place> places =
        header.places().stream().sorted(Comparator.comparingLong(Place::from)).toList();
    long end = 0;
    for (Place place : places) {
      check(
          place.from() == end,
          "has tensor '%s' at byte %s, but the one before ends at %s",
          place.name(),
          place.from(),
          end);
      check(
          place.shape().size() <= Integer.MAX_VALUE - CHUNK,
          "has tensor '%s' of %s elements, but at most %s can be read",
          place.name(),
          place.shape().size(),
          Integer.MAX_VALUE - CHUNK);
      end = place.to();
    }
    check(end == bytes, "has %s bytes of numbers, but its header counts %s", bytes, end);
    return places;
  }

  /** Counts what was read so far in the checksum, with zeros in its own place. */
  private void hash(byte[] text, long length, String checksum) {
    byte[] zeroed = text.clone();
    int at = checksum.length() == TensorFileHeader.NO_CHECKSUM.length() ? find(text, checksum) : -1;
    check(at >= 0, "has checksum '%s', which is none", checksum);
    for (int i = 0; i < checksum.length(); i++) {
      zeroed[at + i] = '0';
    }
    buffer.clear();
    hasher.putBytes(buffer.putLong(length).flip());
    hasher.putBytes(zeroed);
  }

  private static int find(byte[] text, String word) {
    return Bytes.indexOf(text, word.getBytes(UTF_8));
  }

  private double[] values(Place place) throws IOException {
    double[] values = new double[(int) place.shape().size()];
    int width = place.coding().bytes();
    for (int done = 0; done < values.length; ) {
      int count = Math.min(values.length - done, CHUNK / width);
      ByteBuffer bytes = next(count * width);
      hasher.putBytes(bytes.duplicate());
      for (int i = 0; i < count; i++) {
        values[done++] = place.coding().read(bytes);
      }
    }
    return values;
  }

  private ByteBuffer next(int count) throws IOException {
    buffer.clear().limit(count);
    readFully(buffer);
    return buffer.flip();
  }

  private void readFully(ByteBuffer target) throws IOException {
    int wanted = target.remaining();
    int from = target.arrayOffset() + target.position();
    if (stream.readNBytes(target.array(), from, wanted) < wanted) {
      throw new EOFException("it became shorter while it was read");
    }
    target.position(target.limit());
  }

  private void check(boolean holds, String wrong, Object... values) {
    if (!holds) {
      throw bad(lenientFormat(wrong, values));
    }
  }

  private IllegalArgumentException bad(String wrong) {
    return new IllegalArgumentException(
        lenientFormat(
            "file '%s' %s; it was cut or changed: take another copy, or save anew", path, wrong));
  }
}
