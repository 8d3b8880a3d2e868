package org.ppl4j.studies.sbi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.testing.LeakCheck;

/** What the command line chooses of the benchmark is all that runs. */
@ExtendWith(LeakCheck.class)
class SbiBenchmarkTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private String[] lines(String choices) {
    Launcher launcher =
        new Launcher(
            ImmutableList.of(new SbiBenchmark()),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    String arguments = "run sbi-benchmark --steps 2 --quiet " + choices;
    assertThat(launcher.execute(arguments.split(" "))).as(err.toString()).isZero();
    return out.toString().lines().toArray(String[]::new);
  }

  @Test
  void oneTaskSettingAndObservationIsOneLineOfTheTable() {
    String[] lines =
        lines("--task gaussian_linear --setting published --simulations 200 --observation 2");

    assertThat(lines[0].trim().split(" {2,}"))
        .containsExactly(
            "task",
            "setting",
            "simulations",
            "c2st",
            "published",
            "sd",
            "off, observation 2",
            "seconds");
    // There are too few reference draws of observation 2 for the classifier.
    assertThat(lines[1])
        .matches("gaussian_linear +published +200 +- +- +[0-9.]+ +[0-9.]+ sd +[0-9.]+");
    assertThat(lines[2]).startsWith("off.gaussian_linear.200.published: ");
    assertThat(lines[3]).startsWith("sd.gaussian_linear.200.published: ");
    assertThat(lines[4]).startsWith("seconds.gaussian_linear.200.published: ");
    assertThat(lines[5]).isEqualTo("steps: 2");
  }

  @Test
  void anUnpublishedNumberOfSimulationsHasAScoreOfItsOwn() {
    String[] lines =
        lines("--task two_moons --setting default --simulations 150 --observation 1 --seeds 2");

    assertThat(lines[0]).contains("off, observation 1");
    assertThat(lines[1])
        .matches("two_moons +default +150 +[01]\\.[0-9]{4} +- +[0-9.]+ +[0-9.]+ sd +[0-9.]+");
    assertThat(lines[2]).startsWith("c2st.two_moons.150: ");
  }

  @Test
  void publishedScoresAreThoseOfTheFile() {
    SbiTask task = SbiTasks.twoMoons();

    assertThat(task.published("NPE", 1000)).hasValue(0.66635);
    assertThat(task.published("NPE", 1001)).isEmpty();
  }
}
