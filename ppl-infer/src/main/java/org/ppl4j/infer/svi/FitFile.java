package org.ppl4j.infer.svi;

import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.types.Shape;
import com.google.common.base.Enums;
import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.params.ParamReading;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A whole fit in a file: the parameter store as it saves itself; texts {@code fit.*}: counters,
 * seed, descriptions of optimizer and averaging, what the loop remembers; tensors {@code fit/*}:
 * what the optimizer remembers of each chunk, the iterates that are kept, the losses of a run that
 * is not at its end.
 */
final class FitFile {

  private static final String ENDED = "fit.run.ended"; // of files that name no state
  private static final String LOSSES = "fit/run/losses";
  private static final String STARTS = "fit/run/starts";
  private static final String SETTLED = "fit/run/settled";

  private final TensorFile file;

  private FitFile(TensorFile file) {
    this.file = file;
  }

  // --- writing

  static void write(Path path, Stepper<?> stepper, LoopState state) {
    TensorFile.Builder file = TensorFile.builder();
    stepper.params().write(file);
    file.put("fit.seed", Long.toString(stepper.config().seed()));
    write(stepper.position(), file);
    write(state.next(), file);
    stepper.descent().write(file);
    file.write(path);
  }

  private static void write(Stepper.Position position, TensorFile.Builder file) {
    file.put("fit.state", position.state().name());
    file.put("fit.steps", Long.toString(position.steps()));
    file.put("fit.epochs", Long.toString(position.epochs()));
    file.put("fit.batches", Long.toString(position.batches()));
    file.put("fit.whyNoStart", position.whyNoStart().orElse(""));
    file.put("fit.fallBacks", Integer.toString(position.fallBacks().size()));
    for (int i = 0; i < position.fallBacks().size(); i++) {
      FallBack one = position.fallBacks().get(i);
      file.put(
          "fit.fallBacks." + i,
          Joiner.on(' ')
              .join(one.first(), one.last(), one.isMadeAgain(), one.recordedFrom(), one.why()));
    }
  }

  private static void write(LoopState state, TensorFile.Builder file) {
    file.put("fit.smoothing", state.smoothing.toString());
    put(LOSSES, state.losses.toArray(), file);
    put(STARTS, Doubles.toArray(state.starts), file);
    file.put("fit.run.stages", Integer.toString(state.stages.size()));
    for (int i = 0; i < state.stages.size(); i++) {
      RateStage stage = state.stages.get(i);
      file.put("fit.run.stages." + i, stage.begin() + " " + stage.factor() + " " + stage.gain());
    }
    put(SETTLED, state.settled, file);
    file.put("fit.run.shown", Double.toString(state.shown));
    file.put("fit.run.skippedSteps", Integer.toString(state.skippedSteps));
    file.put("fit.run.skippedInARow", Integer.toString(state.skippedInARow));
    file.put("fit.run.skipped", Integer.toString(state.skipped.size()));
    for (int i = 0; i < state.skipped.size(); i++) {
      SkippedStep step = state.skipped.get(i);
      file.put("fit.run.skipped." + i, step.step() + " " + step.loss() + " " + step.cause());
    }
  }

  private static void put(String name, double[] numbers, TensorFile.Builder file) {
    file.put(name, FloatType.FLOAT64, new Shape(numbers.length), numbers);
  }

  // --- reading

  /** Checks the file against a fit, then puts its state there; returns the state of its run. */
  static LoopState read(Path path, Stepper<?> stepper) {
    FitFile file = new FitFile(TensorFile.read(path));
    RunConfig config = stepper.config();
    file.checkSame("a fit with seed", file.text("fit.seed"), config.seed() + "", "config(..)");
    file.checkSame(
        "parameters in", file.text("floatType"), config.floatType().name(), "config(..)");
    ParamReading params = stepper.params().reading(file.file);
    Runnable descent = stepper.descent().reading(file, params);
    Stepper.Position position = file.position();
    LoopState state = file.state();

    params.run();
    descent.run();
    stepper.goOn(position);
    return state;
  }

  /**
   * Whether it was written before fits had states with names, batches to go on behind, and so on.
   */
  private boolean isOfBefore() {
    return file.text(ENDED) != null;
  }

  private Stepper.Position position() {
    if (isOfBefore()) {
      long steps = whole("fit.steps");
      FitState state =
          hasEndedBefore() ? FitState.ENDED : steps == 0 ? FitState.SEARCH : FitState.ENGINE;
      return new Stepper.Position(
          state, steps, whole("fit.epochs"), 0, Optional.empty(), ImmutableList.of());
    }
    ImmutableList.Builder<FallBack> fallBacks = ImmutableList.builder();
    long count = whole("fit.fallBacks");
    for (int i = 0; i < count; i++) {
      fallBacks.add(fallBack("fit.fallBacks." + i));
    }
    return new Stepper.Position(
        constant("fit.state", FitState.class, "state of a fit"),
        whole("fit.steps"),
        whole("fit.epochs"),
        whole("fit.batches"),
        Optional.of(text("fit.whyNoStart")).filter(why -> !why.isEmpty()),
        fallBacks.build());
  }

  private FallBack fallBack(String name) {
    List<String> words = Splitter.on(' ').limit(5).splitToList(text(name));
    try {
      return new FallBack(
          Long.parseLong(words.get(0)),
          Long.parseLong(words.get(1)),
          Boolean.parseBoolean(words.get(2)),
          words.get(4),
          Long.parseLong(words.get(3)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw bad("has '%s' for '%s', which are no steps that were taken back", text(name), name);
    }
  }

  private boolean hasEndedBefore() {
    return isOfBefore() && text(ENDED).equals("true");
  }

  private LoopState state() {
    LoopState state = new LoopState(smoothing());
    if (hasEndedBefore()) {
      return state;
    }
    for (double loss : tensor(LOSSES, FloatType.FLOAT64, -1)) {
      state.losses.add(loss);
    }
    if (!isOfBefore()) {
      state.starts = ImmutableList.copyOf(Doubles.asList(tensor(STARTS, FloatType.FLOAT64, -1)));
    }
    state.stages.clear();
    long stages = whole("fit.run.stages");
    for (int i = 0; i < stages; i++) {
      state.stages.add(stage("fit.run.stages." + i));
    }
    if (state.stages.isEmpty()) {
      throw bad("has no stage of its rate, but a run has one at least");
    }
    if (!isOfBefore() || has(SETTLED)) {
      state.settled = tensor(SETTLED, FloatType.FLOAT64, -1);
    }
    state.shown = number("fit.run.shown");
    state.skippedSteps = (int) whole("fit.run.skippedSteps");
    state.skippedInARow = (int) whole("fit.run.skippedInARow");
    long skipped = whole("fit.run.skipped");
    for (int i = 0; i < skipped; i++) {
      state.skipped.add(skipped("fit.run.skipped." + i));
    }
    return state;
  }

  private SkippedStep skipped(String name) {
    List<String> words = Splitter.on(' ').limit(3).splitToList(text(name));
    try {
      return new SkippedStep(
          Long.parseLong(words.get(0)), Double.parseDouble(words.get(1)), words.get(2));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw bad("has '%s' for '%s', which is no skipped step", text(name), name);
    }
  }

  private RateStage stage(String name) {
    List<String> words = Splitter.on(' ').splitToList(text(name));
    try {
      return new RateStage(
          Integer.parseInt(words.get(0)),
          Double.parseDouble(words.get(1)),
          Double.parseDouble(words.get(2)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw bad("has '%s' for '%s', which is no stage of a rate", text(name), name);
    }
  }

  private Smoothing smoothing() {
    String text = text("fit.smoothing");
    try {
      return Smoothing.parse(text);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw bad("has '%s' for 'fit.smoothing', which is no smoothed loss", text);
    }
  }

  // --- what it holds

  String text(String name) {
    String text = file.text(name);
    if (text == null) {
      throw bad(
          "has no '%s'; pass a file that svi.save wrote, or load its parameters by ParamStore",
          name);
    }
    return text;
  }

  long whole(String name) {
    String text = text(name);
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw bad("has '%s' for '%s', which is no whole number", text, name);
    }
    throw bad("has '%s' for '%s', which is below 0", text, name);
  }

  double number(String name) {
    String text = text(name);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad("has '%s' for '%s', which is no number", text, name);
    }
  }

  /**
   * One of some constants.
   *
   * @param what they are, in words
   */
  <E extends Enum<E>> E constant(String name, Class<E> type, String what) {
    String text = text(name);
    return Enums.getIfPresent(type, text)
        .toJavaUtil()
        .orElseThrow(() -> bad("has '%s' for '%s', which is no %s", text, name, what));
  }

  boolean has(String tensor) {
    return file.entries().containsKey(tensor);
  }

  /**
   * The numbers of a vector.
   *
   * @param size how many there must be; −1: any
   */
  double[] tensor(String name, FloatType type, long size) {
    TensorFile.Entry entry = file.entries().get(name);
    if (entry == null || entry.type() != type || (size >= 0 && entry.values().length != size)) {
      throw bad(
          "has for '%s' %s, but this fit needs %s%s; %s",
          name,
          entry == null ? "nothing" : entry.values().length + " numbers in " + entry.type(),
          size < 0 ? "" : size + " in ",
          type,
          "load it into the fit that saved it");
    }
    return entry.values();
  }

  /** What the fit in the file is, and this fit must be. */
  void checkSame(String what, String saved, String here, String setting) {
    if (!saved.equals(here)) {
      throw bad(
          "has %s '%s', but this fit has '%s'; build the fit with the file's %s",
          what, saved, here, setting);
    }
  }

  IllegalArgumentException bad(String wrong, @Nullable Object... values) {
    return new IllegalArgumentException(file + " " + lenientFormat(wrong, values));
  }
}
