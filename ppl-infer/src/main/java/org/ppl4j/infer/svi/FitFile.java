package org.ppl4j.infer.svi;

import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.List;
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

  private final TensorFile file;

  private FitFile(TensorFile file) {
    this.file = file;
  }

  // --- writing

  static void write(Path path, Stepper<?> stepper, Course course) {
    TensorFile.Builder file = TensorFile.builder();
    stepper.params().write(file);
    file.put("fit.seed", Long.toString(stepper.config().seed()));
    file.put("fit.steps", Long.toString(stepper.steps()));
    file.put("fit.epochs", Long.toString(stepper.epochs()));
    write(course, file);
    stepper.descent().write(file);
    file.write(path);
  }

  private static void write(Course course, TensorFile.Builder file) {
    Smoothing smoothing = course.smoothing;
    file.put("fit.run.ended", Boolean.toString(course.isEnded));
    file.put("fit.smoothing", smoothing.toString());
    if (course.isEnded) {
      return;
    }
    double[] losses = course.losses.toArray();
    file.put("fit/run/losses", FloatType.FLOAT64, new Shape(losses.length), losses);
    file.put("fit.run.shown", Double.toString(course.shown));
    file.put("fit.run.skippedSteps", Integer.toString(course.skippedSteps));
    file.put("fit.run.skippedInARow", Integer.toString(course.skippedInARow));
    file.put("fit.run.skipped", Integer.toString(course.skipped.size()));
    for (int i = 0; i < course.skipped.size(); i++) {
      SkippedStep step = course.skipped.get(i);
      file.put("fit.run.skipped." + i, step.step() + " " + step.loss() + " " + step.cause());
    }
  }

  // --- reading

  /** Checks the file against a fit, then puts its state there; returns the course of its run. */
  static Course read(Path path, Stepper<?> stepper) {
    FitFile file = new FitFile(TensorFile.read(path));
    RunConfig config = stepper.config();
    file.checkSame("a fit with seed", file.text("fit.seed"), config.seed() + "", "config(..)");
    file.checkSame(
        "parameters in", file.text("floatType"), config.floatType().name(), "config(..)");
    ParamReading params = stepper.params().reading(file.file);
    Runnable descent = stepper.descent().reading(file, params);
    long steps = file.whole("fit.steps");
    long epochs = file.whole("fit.epochs");
    Course course = file.course();

    params.run();
    descent.run();
    stepper.goOn(steps, epochs);
    return course;
  }

  private Course course() {
    Course course = new Course(smoothing());
    course.isEnded = text("fit.run.ended").equals("true");
    if (course.isEnded) {
      return course;
    }
    for (double loss : tensor("fit/run/losses", FloatType.FLOAT64, -1)) {
      course.losses.add(loss);
    }
    course.shown = number("fit.run.shown");
    course.skippedSteps = (int) whole("fit.run.skippedSteps");
    course.skippedInARow = (int) whole("fit.run.skippedInARow");
    long skipped = whole("fit.run.skipped");
    for (int i = 0; i < skipped; i++) {
      course.skipped.add(skipped("fit.run.skipped." + i));
    }
    return course;
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
