package org.ppl4j.tensor.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.ppl4j.internal.SetAside;
import org.ppl4j.tensor.FloatType;

/**
 * Writes a {@link TensorFile}: first under a name of its own in the same folder, from there to the
 * disk, and only then, in one move, to its place. Whether the thread is interrupted does not
 * matter.
 */
final class TensorFileWriter {

  private static final int CHUNK = 1 << 16;

  /** So often a part may be taken for an abandoned one between two of its own steps. */
  private static final int MOST_ATTEMPTS = 100;

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
      checkPlace(target, folder);
      TensorFileParts parts = new TensorFileParts(target, folder);
      parts.removeAbandoned();
      int attempts = 1;
      while (!isWritten(parts.next(), target, file)) {
        if (attempts++ == MOST_ATTEMPTS) {
          throw new IOException("others remove it while it is written");
        }
      }
      forceFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "file '%s' cannot be written (%s); what was there is as it was".formatted(path, e), e);
    }
  }

  /** A file that is moved onto a device or a pipe would replace it. */
  private static void checkPlace(Path target, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder '" + folder + "'; make it first");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new IOException(
          "there is a "
              + (Files.isDirectory(target) ? "folder" : "device or pipe")
              + "; pass the path of a file");
    }
  }

  /** Writes by way of a part; false if that was taken for an abandoned one meanwhile. */
  private static boolean isWritten(Path part, Path target, TensorFile file) throws IOException {
    try {
      if (!isWrittenThrough(part, file)) {
        return false;
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Writes a part to the disk, and holds its lock meanwhile, by which others see that it is not
   * abandoned. By a stream: an interrupt would close a channel.
   */
  private static boolean isWrittenThrough(Path part, TensorFile file) throws IOException {
    String header = TensorFileHeader.of(file).json();
    Hasher hasher = Hashing.sha256().newHasher();
    emit(header, file, hasher::putBytes);
    String checksum = hasher.hash().toString();
    String whole = header.replaceFirst(TensorFileHeader.NO_CHECKSUM, checksum);
    try (FileOutputStream stream = new FileOutputStream(part.toFile())) {
      if (TensorFileParts.isTaken(stream.getChannel()) || Files.notExists(part)) {
        return false;
      }
      emit(
          whole,
          file,
          bytes -> {
            stream.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            bytes.position(bytes.limit());
          });
      stream.getFD().sync();
      return true;
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
    SetAside.interruption( // it would close the channel
        () -> {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          } catch (IOException unable) {
            // the file is whole in either case, only the move may be lost with the power
          }
        });
  }
}
