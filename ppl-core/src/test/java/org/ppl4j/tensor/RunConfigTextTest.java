package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings as text. */
@Tag("spread.1")
class RunConfigTextTest {

  private static final RunConfig OTHER =
      new RunConfig(
          Long.MIN_VALUE, FloatType.FLOAT32, Device.gpu(3), Validation.OFF, 16, Recording.REQUIRED);

  @Test
  void settingsComeBack() {
    assertThat(RunConfig.of(OTHER.text())).isEqualTo(OTHER);
    assertThat(RunConfig.of(RunConfig.defaults().text())).isEqualTo(RunConfig.defaults());
    assertThat(RunConfig.defaults().text())
        .isEqualTo(
            "run/1 seed=0 floatType=FLOAT64 device=cpu validation=FIRST_RUN threads=1"
                + " recording=WHERE_POSSIBLE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run/2 seed=0 floatType=FLOAT64 device=cpu validation=OFF threads=1 recording=OFF",
        "run/1 seed=0 floatType=FLOAT64 device=cpu validation=OFF threads=1",
        "run/1 seed=0 floatType=FLOAT64 device=cpu validation=OFF threads=1 recording=OFF more=1",
        "run/1 seed=x floatType=FLOAT64 device=cpu validation=OFF threads=1 recording=OFF",
        "run/1 seed=0 floatType=FLOAT64 device=tpu validation=OFF threads=1 recording=OFF",
        "run/1 seed=0 floatType=FLOAT64 device=cpu validation=OFF threads=-1 recording=OFF"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> RunConfig.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'"
                + text
                + "' has no settings of a run that this release reads; pass what config.text() of"
                + " it wrote, such as '"
                + RunConfig.defaults().text()
                + "'");
  }

  @Test
  void wordsThatAreNotKnownAreRefused() {
    String text = RunConfig.defaults().text().replace("FLOAT64", "FLOAT16");
    assertThatThrownBy(() -> RunConfig.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'"
                + text
                + "' has 'FLOAT16' for FloatType, which this release does not know; pass what"
                + " config.text() of it wrote");
    String large = RunConfig.defaults().text().replace("seed=0", "seed=9999999999999999999");
    assertThatThrownBy(() -> RunConfig.of(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'"
                + large
                + "' has seed 9999999999999999999, which is beyond 64 bits; pass what"
                + " config.text() wrote");
    assertThatThrownBy(
            () -> RunConfig.of(RunConfig.defaults().text().replace("threads=1", "threads=0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("run configuration has threads 0, but needs at least 1; pass 1");
  }
}
