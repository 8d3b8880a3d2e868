package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Splitter;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The classes of another commit of this repository, to be timed beside the present ones. They are
 * compiled once, in a temporary folder of the machine that stays, without annotation processors.
 */
final class BaselineCommit {

  private static final Pattern MAIN =
      Pattern.compile("[^/]+/src/(?:main|generated)/(java|resources)/(.+)");

  private BaselineCommit() {}

  /**
   * The class path of a commit: its classes, and what the present ones depend on.
   *
   * @throws IllegalStateException if there is no git, no such commit or no compiler, or it does not
   *     compile
   */
  static String classPath(String commit) throws IOException, InterruptedException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "ppl4j-" + commit);
    if (!Files.isDirectory(folder)) {
      Path made = Files.createTempDirectory("ppl4j-making-" + commit);
      try {
        Path classes = Files.createDirectories(made.resolve("classes"));
        compile(commit, unpacked(commit, made), classes);
        Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(folder)) { // else another process was faster
          throw e;
        }
      } finally {
        if (Files.exists(made)) {
          MoreFiles.deleteRecursively(made, RecursiveDeleteOption.ALLOW_INSECURE);
        }
      }
    }
    return folder.resolve("classes") + File.pathSeparator + dependencies();
  }

  /** The jars of the present class path that are not this project's. */
  private static String dependencies() {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(System.getProperty("java.class.path"))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("ppl-"))
        .collect(joining(File.pathSeparator));
  }

  /** Unpacks what programs and resources a commit has; the files of programs. */
  private static List<Path> unpacked(String commit, Path folder)
      throws IOException, InterruptedException {
    Path archive = folder.resolve("archive.zip");
    String root = git(commit, "rev-parse", "--show-toplevel");
    git(commit, "-C", root, "archive", "--format=zip", "--output=" + archive, commit);
    Path sources = folder.resolve("sources");
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        Matcher main = MAIN.matcher(entry.getName());
        if (main.matches() && !entry.isDirectory()) {
          Path top = main.group(1).equals("java") ? sources : folder.resolve("classes");
          Path file = top.resolve(main.group(2));
          Files.createDirectories(file.getParent());
          Files.copy(zip.getInputStream(entry), file, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @CanIgnoreReturnValue
  private static String git(String commit, String... words)
      throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("git"), Stream.of(words)).toList();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "commit '%s' is the baseline, but %s says '%s'; run this in a clone that has the commit"
                .formatted(commit, String.join(" ", command), output));
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(
          "commit '%s' is the baseline, but git does not run; install it".formatted(commit), e);
    }
  }

  private static void compile(String commit, List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException(
          "commit '%s' is the baseline, but this Java has no compiler; use a JDK"
              .formatted(commit));
    }
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-g",
            "-parameters",
            "--release",
            "17",
            "-d",
            classes.toString(),
            "-cp",
            dependencies());
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, UTF_8)) {
      boolean isDone =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!isDone) {
        throw new IllegalStateException(
            "commit '%s' is the baseline, but does not compile: %s".formatted(commit, messages));
      }
    }
  }
}
