package org.ppl4j.tensor.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The parts of a file that are beside it while it is written: {@code .NAME.PROCESS.UUID.tmp}. Who
 * writes one holds its lock, so a part that can be locked was abandoned by a process that ended in
 * the middle. The parts of this process are left alone: they need no such care, and to open one
 * would free its lock.
 */
final class TensorFileParts {

  private static final String UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final Path folder;
  private final String name;
  private final String process;

  TensorFileParts(Path target, Path folder) {
    this.folder = folder;
    this.name = target.getFileName().toString();
    this.process = process();
  }

  /** The number of this process, which others had before it, and when it started. */
  private static String process() {
    ProcessHandle own = ProcessHandle.current();
    long started = own.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return Long.toHexString(own.pid()) + "-" + Long.toHexString(started);
  }

  /** A new part. */
  Path next() {
    return folder.resolve("." + name + "." + process + "." + UUID.randomUUID() + ".tmp");
  }

  /** Removes the parts whose processes have ended, as far as the system allows. */
  void removeAbandoned() {
    Pattern parts =
        Pattern.compile(
            "\\."
                + Pattern.quote(name)
                + "\\.(?!"
                + process
                + "\\.)[0-9a-f]+-[0-9a-f]+\\."
                + UUID_PATTERN
                + "\\.tmp");
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> parts.matcher(file.getFileName().toString()).matches())) {
      files.forEach(TensorFileParts::removeIfAbandoned);
    } catch (IOException | DirectoryIteratorException unable) {
      // what was left behind stays; a folder that is not there is found out when it is written to
    }
  }

  private static void removeIfAbandoned(Path part) {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      if (isLocked(channel)) {
        Files.deleteIfExists(part);
      }
    } catch (IOException unable) {
      // it is whole and in its place by now, or it is not ours to remove
    }
  }

  /** Whether a part is being written by another, as far as the system has locks. */
  static boolean isTaken(FileChannel channel) {
    try {
      return !isLocked(channel);
    } catch (IOException withoutLocks) {
      return false; // nor can another take it for abandoned
    }
  }

  /** Takes the lock of a part, which is held until its channel closes; false if another has it. */
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
