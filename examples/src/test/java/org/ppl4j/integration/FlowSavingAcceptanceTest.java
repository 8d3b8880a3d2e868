package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.ActNorm;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.flows.BatchNorm;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Permute;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.TransformModule;

/** A trained flow goes from process to process, and to no other structure. */
@Tag("acceptance")
class FlowSavingAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.7");

  @TempDir private Path folder;

  @Test
  @Tag("flows.7")
  void densitiesAreTheSameBitsInANewProcess() throws Exception {
    String file = folder.resolve("flow.ppl").toString();
    List<String> trained = Splitter.on(' ').splitToList(FlowProcess.output("train", file));
    List<String> loaded = Splitter.on(' ').splitToList(FlowProcess.output("load", file));

    assertThat(trained).hasSize(FlowProcess.POINTS);
    assertThat(new HashSet<>(trained)).hasSizeGreaterThan(FlowProcess.POINTS * 9 / 10);
    assertThat(loaded).isEqualTo(trained);
    POINT.none("densities of 1000 points whose bits differ in a new JVM");
    otherStructuresAreRefused(Path.of(file));
    POINT.none("files of another structure that were taken");
  }

  private static void otherStructuresAreRefused(Path file) {
    RationalQuadratic spline = RationalQuadratic.of(6, 4);
    String advice = "; use the module that made them, or another name";
    refused(
        file,
        FlowProcess.FLOW.then(BatchNorm.of(3)),
        "module 'flow' is not the one whose tensors the store has under this name: it lacks"
            + " [6.loc, 6.logScale, 6.mean, 6.variance], and has [] besides"
            + advice);
    refused(
        file,
        Coupling.of(3, spline),
        "module 'flow' is not the one whose tensors the store has under this name: it lacks"
            + " [net.0.weight");
    refused(
        file,
        ActNorm.of(3)
            .then(Coupling.of(3, RationalQuadratic.of(5, 4)))
            .then(BatchNorm.of(3))
            .then(Permute.random(3, 11))
            .then(Autoregressive.of(3, RationalQuadratic.of(5, 4)).order(2, 0, 1).inverted())
            .then(BatchNorm.of(3)),
        "parameter 'flow.1.net.2.weight' has shape (64, 34), but its module wants (64, 28); use the"
            + " module that made it, or another name");
  }

  private static void refused(Path file, TransformModule other, String message) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = ParamStore.open(manager, file)) {
      assertThatThrownBy(() -> FlowProcess.bits(params, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(message);
    }
  }
}
