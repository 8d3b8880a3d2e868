package org.ppl4j;

import static com.google.common.base.Strings.lenientFormat;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/** Where an execution is: the frames and the loops around the running code. */
final class Nesting {

  /** The frames from the innermost outwards. */
  static final class Stack {

    final Handler.Frame frame;
    final @Nullable Stack outer;
    private final @Nullable Loop loop;

    Stack(Handler.Frame frame, @Nullable Stack outer, @Nullable Loop loop) {
      this.frame = frame;
      this.outer = outer;
      this.loop = loop;
    }
  }

  /** The innermost plate of some frames that is the program's own. */
  static Optional<Plate> plate(@Nullable Stack stack) {
    for (Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Plate plate && !plate.isParticles()) {
        return Optional.of(plate);
      }
    }
    return Optional.empty();
  }

  private @Nullable Stack stack;
  private @Nullable Loop loop;
  private String suffix = "";

  @Nullable Stack stack() {
    return stack;
  }

  /** Goes on as if the running code stood inside these frames only. */
  void stack(@Nullable Stack stack) {
    this.stack = stack;
  }

  void push(Handler.Frame frame) {
    stack = new Stack(frame, stack, loop);
  }

  @Nullable Loop loop() {
    return loop;
  }

  void loop(@Nullable Loop loop, String suffix) {
    this.loop = loop;
    this.suffix = suffix;
  }

  String suffix() {
    return suffix;
  }

  /** The name with the steps of the loops around it. */
  String named(String name) {
    return suffix.isEmpty() ? name : name + suffix;
  }

  /** The steps of the scans around, the outermost first. */
  List<Integer> steps() {
    List<Integer> steps = new ArrayList<>();
    for (Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Scan<?> scan) {
        steps.add(0, scan.step());
      }
    }
    return steps;
  }

  /** As {@link #named}, with what the frames make of it: for what is no site. */
  String stored(String name) {
    String stored = named(name);
    for (Stack at = stack; at != null; at = at.outer) {
      stored = at.frame.stored(stored);
    }
    return stored;
  }

  /** The noise of a module of a name, as the frames make it, the innermost first. */
  Rng noise(String name, Rng rng) {
    Rng made = rng;
    for (Stack at = stack; at != null; at = at.outer) {
      made = at.frame.noise(name, made);
    }
    return made;
  }

  /** Runs a body under handlers, the last of which is the outermost. */
  void inside(Ppl p, List<Handler> handlers, Runnable body) {
    Stack before = stack;
    Loop loopBefore = loop;
    String suffixBefore = suffix;
    List<Handler.Frame> frames = new ArrayList<>(handlers.size());
    try {
      for (int i = handlers.size() - 1; i >= 0; i--) {
        Handler.Frame frame = handlers.get(i).begin(p);
        frames.add(frame);
        push(frame);
      }
      Stack within = stack;
      body.run();
      checkEnded(within, loopBefore);
      for (int i = frames.size() - 1; i >= 0; i--) {
        stack = requireNonNull(stack).outer;
        frames.get(i).end();
      }
    } finally {
      stack = before;
      loop(loopBefore, suffixBefore);
    }
  }

  private void checkEnded(@Nullable Stack expected, @Nullable Loop expectedLoop) {
    checkLoop(expectedLoop);
    if (stack != expected && stack != null && stack.frame instanceof Plate plate) {
      throw new IllegalStateException(
          lenientFormat(
              "plate '%s' is still open at the end of the execution; open it by try (Plate %s ="
                  + " p.plate(...)) { ... }",
              plate.name(), plate.name()));
    }
  }

  private void checkLoop(@Nullable Loop expected) {
    Loop running = loop;
    if (running != null && running != expected) {
      throw running.left();
    }
  }

  /** Ends a plate; does nothing if it has ended. */
  void close(Plate plate) {
    for (Stack at = stack; at != null; at = at.outer) {
      if (at.frame == plate) {
        if (at != stack) {
          throw new IllegalStateException(
              lenientFormat(
                  "plate '%s' was closed before another that opened inside it; close plates in"
                      + " reverse order, by try-with-resources",
                  plate.name()));
        }
        checkLoop(at.loop);
        stack = at.outer;
        return;
      }
    }
  }
}
