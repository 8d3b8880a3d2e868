package org.ppl4j.infer.report;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * One thing that a {@link Report} says of a fit.
 *
 * @param topic what it is about
 * @param level whether it speaks for the fit or against it
 * @param words what was found, and, where it is not good, what to do
 */
record Finding(Topic topic, Level level, String words) {

  /** What a finding is about. */
  enum Topic {
    /** Whether draws or a density are what they are said to be. */
    COMPUTATION("Is it computed right?"),
    /** Whether data that the model makes look like those it was given. */
    DATA("Does the model fit its data?"),
    /** What the result owes to the prior. */
    PRIOR("What does the prior do?");

    private final String question;

    Topic(String question) {
      this.question = question;
    }

    String question() {
      return question;
    }
  }

  /** Whether a finding speaks for the fit or against it. */
  enum Level {
    /** It speaks for it. */
    GOOD("good", "✓ good"),
    /** It speaks neither for it nor against it: somebody has to look, or it was not found out. */
    LOOK("look", "◦ look"),
    /** It speaks against it. */
    BAD("bad", "✗ bad");

    private final String style;
    private final String mark;

    Level(String style, String mark) {
      this.style = style;
      this.mark = mark;
    }

    /** Its class on a page. */
    String style() {
      return style;
    }

    /** What stands before it. */
    String mark() {
      return mark;
    }
  }

  Finding {
    requireNonNull(topic, "topic");
    requireNonNull(level, "level");
    requireNonNull(words, "words");
  }

  /** What reports say of a computation: merits and warnings. */
  static ImmutableList<Finding> ofComputation(List<String> merits, List<String> warnings) {
    ImmutableList.Builder<Finding> all = ImmutableList.builder();
    warnings.forEach(words -> all.add(new Finding(Topic.COMPUTATION, Level.BAD, words)));
    merits.forEach(words -> all.add(new Finding(Topic.COMPUTATION, Level.GOOD, words)));
    return all.build();
  }
}
