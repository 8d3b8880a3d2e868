package org.ppl4j.examples;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.examples.launcher.StopSignal;

/**
 * The command line: {@code list} and {@code run NAME}. Exit status 0 for success, 1 for an example
 * that fails, 2 for a wrong name, option or file, 130 for one that Ctrl-C has stopped.
 */
public final class Main {

  private Main() {}

  /**
   * Runs a command. A failure ends the process with its status; success returns, so that the
   * command can run inside another program.
   */
  public static void main(String... args) {
    preset("ai.djl.offline", "true");
    preset("ai.djl.pytorch.num_threads", "1");
    preset("ai.djl.pytorch.num_interop_threads", "1");
    preset("sun.net.httpserver.maxReqTime", "20"); // seconds for a request to come, headers too
    preset("sun.net.httpserver.maxRspTime", "60"); // seconds for it to be answered
    preset("sun.net.httpserver.maxIdleConnections", "2000"); // or clients meet closed ones
    preset("sun.net.httpserver.nodelay", "true"); // a short answer is sent at once

    Charset charset = Charset.defaultCharset();
    PrintWriter err = new PrintWriter(System.err, true, charset);
    Launcher launcher = new Launcher(Examples.ALL, new PrintWriter(System.out, true, charset), err);
    int status;
    try (StopSignal signal = StopSignal.to(Thread.currentThread(), err)) {
      int ended = launcher.execute(args);
      status = signal.isGiven() ? StopSignal.STATUS : ended;
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Sets a property of the engine, or of the JDK's server, that the user has not set. */
  private static void preset(String property, String value) {
    System.getProperties().putIfAbsent(property, value);
  }
}
