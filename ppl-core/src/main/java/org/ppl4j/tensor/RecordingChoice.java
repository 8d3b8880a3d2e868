package org.ppl4j.tensor;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.around.Surroundings;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether something is recorded, as a configuration asks and its program admits, and why not. */
final class RecordingChoice {

  private static final Logger LOG = LoggerFactory.getLogger(RecordingChoice.class);

  private final String what;
  private final RunConfig config;
  private volatile @Nullable String reason;

  RecordingChoice(String what, RunConfig config) {
    this.what = what;
    this.config = config;
  }

  /**
   * Records, unless that is off or the device is not the CPU.
   *
   * @throws IllegalStateException if it is required, but not possible
   */
  void attempt(Runnable record) {
    if (config.recording() == Recording.OFF) {
      reason = "recording is off";
    } else if (!Device.cpu().equals(config.device())) {
      leave("device '" + config.device() + "' is not the CPU");
    } else {
      try {
        record.run();
      } catch (NotRecordable e) {
        leave("it has " + e.getMessage(), e.getCause());
      }
    }
  }

  /** What programs read of what is around them, now; of none where nothing is recorded. */
  Surroundings surroundings(List<?> programs) {
    return Surroundings.of(config.recording() == Recording.OFF ? List.of() : programs);
  }

  /** Says what of a record cannot be judged. */
  static void name(String what, Set<String> unjudged) {
    if (!unjudged.isEmpty()) {
      LOG.info(
          "{} is recorded, but it cannot be judged whether this changes: {}; a number that does is"
              + " data, or read by p.value(name, () -> number)",
          what,
          String.join("; ", unjudged));
    }
  }

  /**
   * All is left to the engine from now on.
   *
   * @throws IllegalStateException if recording is required
   */
  void leave(String why) {
    leave(why, null);
  }

  /**
   * The same.
   *
   * @param fault of recording, which the log shows; null for none
   */
  void leave(String why, @Nullable Throwable fault) {
    if (config.recording() == Recording.REQUIRED) {
      throw new IllegalStateException(
          what
              + " cannot be recorded, since "
              + why
              + "; Recording.WHERE_POSSIBLE leaves it to the engine",
          fault);
    }
    reason = why;
    if (fault == null) {
      LOG.info("{} runs by the engine, since {}", what, why);
    } else {
      LOG.warn("{} runs by the engine, since {}", what, why, fault);
    }
  }

  /** Why it is left to the engine; empty if it is not. */
  Optional<String> whyNot() {
    return Optional.ofNullable(reason);
  }
}
