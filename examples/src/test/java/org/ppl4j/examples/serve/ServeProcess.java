package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ppl4j.examples.Main;

/**
 * {@code run serve --model F --port 0} in a JVM of its own, whose class path has no engine, and
 * whose heap is fixed and touched from the start, so that what its resident size gains is native.
 */
final class ServeProcess implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("serves model at (http://\\S+)");

  private final Process process;
  private final URI address;

  private ServeProcess(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it, and waits until it serves. */
  static ServeProcess start(Path model, String... properties) throws IOException {
    String separator = System.getProperty("path.separator");
    String path =
        Splitter.on(separator).splitToList(System.getProperty("java.class.path")).stream()
            .filter(entry -> !entry.contains("pytorch") && !entry.contains("jna"))
            .collect(Collectors.joining(separator));
    List<String> command = new ArrayList<>(List.of(java("java").toString()));
    command.addAll(List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    // The optimising compiler takes and returns megabytes at times of its own.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=32m"));
    command.addAll(List.of(properties));
    command.addAll(List.of("-cp", path, Main.class.getName(), "run", "serve"));
    command.addAll(List.of("--model", model.toString(), "--port", "0"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // One arena, so that what one thread frees another uses.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append(System.lineSeparator());
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        return new ServeProcess(process, URI.create(address.group(1)));
      }
    }
    throw new IllegalStateException("server ended before it served: " + said);
  }

  private static Path java(String tool) {
    return Path.of(System.getProperty("java.home"), "bin", tool);
  }

  URI address() {
    return address;
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill}: SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Its exit status, once it has ended. */
  int status() throws InterruptedException {
    return process.waitFor();
  }

  /** Bytes of live objects, after a full collection. */
  long liveBytes() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                java("jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    String total =
        histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(Splitter.on(' ').omitEmptyStrings().splitToList(total).get(2));
  }

  /** Its resident size, as Linux counts it. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("/proc has no line VmRSS; run the test on Linux");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
