package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;

/** The settings for a GPU. */
class FirstModelPageTest {

  @Test
  void settingsAreTheGpus() {
    assertThat(FirstModelPage.gpu().device()).isEqualTo(Device.gpu());
    assertThat(FirstModelPage.gpu().floatType()).isEqualTo(FloatType.FLOAT32);
  }
}
