package org.ppl4j.guide;

import ai.djl.Device;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** The blocks of the page first-model.md. */
final class FirstModelPage {

  private FirstModelPage() {}

  static RunConfig gpu() {
    // region
    RunConfig config =
        RunConfig.defaults().withDevice(Device.gpu()).withFloatType(FloatType.FLOAT32);
    // endregion
    return config;
  }
}
