package org.ppl4j.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a {@link TensorFile}: first under a name of its own in the same folder, from there to the
 * disk, and only then, in one move, to its place.
 */
final class TensorFileWriter {

  private static final int CHUNK = 1 << 16;

  private TensorFileWriter() {}

  /** Takes bytes. */
  @FunctionalInterface
  private interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  static void write(Path path, TensorFile file) {
    try {
      Path target = Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
      Path folder = target.getParent();
      if (folder == null) {
        throw new IOException("path '" + path + "' is no file");
      }
      Path partial = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
      try {
        writeThrough(partial, file);
        Files.move(
            partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
      forceFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "file '%s' cannot be written (%s); what was there is as it was".formatted(path, e), e);
    }
  }

  private static void writeThrough(Path path, TensorFile file) throws IOException {
    String header = TensorFileHeader.of(file).json();
    Hasher hasher = Hashing.sha256().newHasher();
    emit(header, file, hasher::putBytes);
    String checksum = hasher.hash().toString();
    String whole = header.replaceFirst(TensorFileHeader.NO_CHECKSUM, checksum);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      emit(
          whole,
          file,
          bytes -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      channel.force(true);
    }
  }

  private static void emit(String header, TensorFile file, Sink sink) throws IOException {
    ByteBuffer text = UTF_8.newEncoder().encode(CharBuffer.wrap(header));
    int padding = Math.floorMod(-text.remaining(), Double.BYTES);
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    sink.accept(buffer.putLong(text.remaining() + padding).flip());
    sink.accept(text);
    sink.accept(ByteBuffer.wrap(" ".repeat(padding).getBytes(UTF_8)));
    for (TensorFile.Entry entry : file.entries().values()) {
      buffer.clear();
      boolean wide = entry.type() == FloatType.FLOAT64;
      for (double value : entry.values()) {
        if (buffer.remaining() < Double.BYTES) {
          sink.accept(buffer.flip());
          buffer.clear();
        }
        if (wide) {
          buffer.putDouble(value);
        } else {
          buffer.putFloat((float) value);
        }
      }
      sink.accept(buffer.flip());
    }
  }

  /** Brings the move to the disk, where the system can: some do not open folders. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unable) {
      // the file is whole in either case, only the move may be lost with the power
    }
  }
}
