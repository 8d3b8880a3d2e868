package org.ppl4j.handlers;

import java.util.function.Consumer;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/**
 * Records what passes: when the program inside ends, its trace goes to a consumer. Used to look
 * into a part of a program; a whole one is recorded by {@link org.ppl4j.Execution#record}.
 */
public final class Recorder implements Handler {

  private final Consumer<Trace> consumer;

  /**
   * Sends each trace to the consumer.
   *
   * @param consumer called once an execution, on its thread; must be thread-safe if the program
   *     runs on several
   */
  public Recorder(Consumer<Trace> consumer) {
    this.consumer = consumer;
  }

  @Override
  public Frame begin(Ppl p) {
    Trace.Builder trace = Trace.builder();
    return new Frame() {
      @Override
      protected void leave(SampleSite site) {
        trace.add(site);
      }

      @Override
      protected void leave(ParamSite site) {
        trace.add(site);
      }

      @Override
      protected void opened(Plate plate) {
        trace.add(plate);
      }

      @Override
      protected void end() {
        consumer.accept(trace.build());
      }
    };
  }

  @Override
  public String toString() {
    return "recorder";
  }
}
