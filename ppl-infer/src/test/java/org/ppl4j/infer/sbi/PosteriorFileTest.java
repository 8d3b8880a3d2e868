package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.Mlp;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.FamilyLaw;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;

/** Posteriors in files, and those that are gone on with. */
@ExtendWith(LeakCheck.class)
class PosteriorFileTest {

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Of training that only has to be the same each time. */
  private static Npe npe() {
    return NpeTest.quick(Npe.of(Normal.of(0, 1), NpeTest.NOISY, AffineFlows::regression))
        .training(NpeTest.QUICK.steps(60))
        .config(RunConfig.defaults().withSeed(5));
  }

  private NDArray observed() {
    return manager.create(new double[] {0.7});
  }

  private void checkSame(NeuralPosterior one, NeuralPosterior other) {
    NDArray at = manager.create(new double[] {0.2, 1.4}, new Shape(2, 1));
    try (Samples first = one.posterior(observed(), 40);
        Samples second = other.posterior(observed(), 40)) {
      assertThat(second.values("theta")).containsExactly(first.values("theta"));
      assertThat(second.warnings()).isEqualTo(first.warnings());
      assertThat(other.logProb(at, observed()).toDoubleArray())
          .containsExactly(one.logProb(at, observed()).toDoubleArray());
    }
  }

  @MustBeClosed
  private NeuralPosterior saved(NeuralPosterior posterior, Npe npe) {
    Path file = folder.resolve("posterior");
    posterior.save(file);
    return npe.load(file);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void drawsFromAFileAreTheSameBits(FloatType floatType) {
    Npe npe = npe().config(RunConfig.defaults().withSeed(3).withFloatType(floatType)).ensemble(2);
    // Whoever loads it need not know its seed and float type.
    try (NeuralPosterior posterior = npe.fit(npe.simulate(60));
        NeuralPosterior loaded = saved(posterior, npe())) {
      checkSame(posterior, loaded);
      assertThat(loaded.report()).isEmpty();
      assertThat(loaded.config()).isEqualTo(posterior.config());
      assertThat(loaded.simulations().allData()).containsExactly(npe.simulate(60).allData());
      try (NeuralPosterior again = saved(loaded, npe())) {
        checkSame(posterior, again);
      }
    }
  }

  @Test
  void theFlowThatWasKeptIsTheOneThatIsLoaded() {
    // Of tensors of the same names and shapes, which sees nothing of its contexts.
    Flows blind =
        (dim, contextDim) -> {
          ConditionalTransformModule seeing = AffineFlows.regression(dim, contextDim);
          return ConditionalTransformModule.of(
              "blind",
              contextDim,
              seeing::tensors,
              (tensors, context, rng, training) ->
                  seeing.bind(tensors, rng, training).given(context.mul(Tensors.number(0))));
        };
    Npe both =
        NpeTest.quick(Npe.of(Normal.of(0, 1), NpeTest.NOISY, blind).or(AffineFlows::regression))
            .training(NpeTest.QUICK.steps(60));
    try (NeuralPosterior posterior = both.fit(both.simulate(100));
        NeuralPosterior loaded = saved(posterior, both)) {
      checkSame(posterior, loaded);
    }
  }

  @Test
  void moreSimulationsAreAsIfAllHadBeenThere() {
    Npe npe = npe();
    try (NeuralPosterior few = npe.fit(npe.simulate(60));
        NeuralPosterior all = npe.fit(npe.simulate(100));
        NeuralPosterior loaded = saved(few, npe.config(RunConfig.defaults()));
        NeuralPosterior extended = npe.config(RunConfig.defaults()).extend(loaded, 40)) {
      checkSame(all, extended);
      assertThat(loaded.simulations().rows()).isEqualTo(60);
      assertThat(extended.simulations().rows()).isEqualTo(100);
    }
  }

  @Test
  void oneMoreRoundIsAsIfThereHadBeenAsMany() {
    Npe npe = npe();
    try (NeuralPosterior two = npe.sequential(observed(), 2, 60);
        NeuralPosterior three = npe.sequential(observed(), 3, 60);
        NeuralPosterior loaded = saved(two, npe);
        NeuralPosterior extended = npe.extend(loaded, 60)) {
      checkSame(two, loaded);
      checkSame(three, extended);
    }
  }

  @Test
  void filesNameTheFamiliesOfWhatTheyHold() {
    FamilyLaw law = new FamilyLaw();
    Npe npe =
        NpeTest.quick(Npe.of(Normal.of(0, 1), NpeTest.NOISY, AffineFlows::network))
            .embedding(Mlp.of(4), 2)
            .training(NpeTest.QUICK.steps(20));
    try (NeuralPosterior sets = npe.sets(2).fit(npe.sets(2).simulate(60));
        NeuralPosterior rounds = npe.sequential(observed(), 2, 60)) {
      check(law, npe.sets(2), sets);
      check(law, npe, rounds);
    }
    assertThat(law.names())
        .contains("Bijections", "EmbeddedFlow", "Mlp", "NormalProposal", "SetFlow", "Units");
  }

  private void check(FamilyLaw law, Npe npe, NeuralPosterior posterior) {
    Path file = folder.resolve("posterior");
    posterior.save(file);
    law.check(
        file,
        path -> {
          try (NeuralPosterior loaded = npe.load(path);
              Samples draws = loaded.posterior(observed(), 5)) {
            return draws.values("theta");
          }
        });
  }

  @Test
  void filesOfOthersAreRefused() {
    Npe npe = npe();
    Path file = folder.resolve("posterior");
    try (NeuralPosterior posterior = npe.fit(npe.simulate(60))) {
      posterior.save(file);
      assertThatThrownBy(() -> npe.extend(posterior, 0))
          .hasMessage("posterior is extended by 0 simulations, but needs at least 1");
    }
    Npe other =
        NpeTest.quick(
            Npe.of(Normal.standard(2).toEvent(1), NpeTest.NOISY, AffineFlows::regression));
    assertThatThrownBy(() -> other.load(file))
        .hasMessage(
            "file '%s' has a posterior of the parameters theta, but this prior has theta[1],"
                    .formatted(file)
                + " theta[2]; load it by the npe that learned it");
    Path simulations = folder.resolve("simulations");
    npe.simulate(5).save(simulations);
    assertThatThrownBy(() -> npe.load(simulations))
        .hasMessage(
            "file '%s' has no posterior; pass a file that a posterior's save wrote"
                .formatted(simulations));
    TensorFile.builder().put("", TensorFile.read(file)).put("posterior.flow", "3").write(file);
    assertThatThrownBy(() -> npe.load(file))
        .hasMessage(
            "file '%s' has a posterior learned by flow 4, but this npe has 1; load it by the npe"
                    .formatted(file)
                + " that learned it");
  }
}
