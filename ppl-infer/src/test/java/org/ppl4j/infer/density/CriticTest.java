package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Execution;
import org.ppl4j.Trace;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Two players in one step: each follows its own loss. */
@ExtendWith(LeakCheck.class)
class CriticTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  private final NDManager manager = NDManager.newBaseManager();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private Rows rows(int count) {
    double[] values = NormalRows.two(count);
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? (values[i] - 100) / 5 : (values[i] + 0.3) / 0.01;
    }
    return new Rows(manager.create(values, new Shape(count, 2)), null);
  }

  private static FlowModel model(ParamStore params) {
    return new FlowModel(Flow.of(AffineFlows.normal(2)), 2, params, CONFIG);
  }

  private static double[] slope(Trace trace, String factor, ParamStore params, Run run, String of) {
    NDArray value = Tensors.total(trace.site(factor).logProb());
    NDArray nothing = Tensors.total(params.leaf(run, of)).mul(0);
    return Tensors.values(Autograd.grad(value.add(nothing), List.of(params.leaf(run, of))).get(0));
  }

  private static boolean moves(double[] slope) {
    return Arrays.stream(slope).anyMatch(each -> each != 0);
  }

  @ParameterizedTest
  @EnumSource(AdversarialLoss.class)
  void noneSeesTheOthersLoss(AdversarialLoss loss) {
    Conditioner tilted =
        (inputs, outputs) -> Mlp.of(8).activation(Activation.TANH).network(inputs, outputs);
    Goal goal = new AdversarialGoal(Critic.of(loss).network(tilted), 0.5);
    Rows data = rows(20);
    try (ParamStore params = new ParamStore(manager, CONFIG)) {
      FlowModel model = model(params);
      step(goal, model, data, 1); // makes the critic
      params.set("critic.1.weight", 3, -2, 4, 1, -3, 2, 5, -4); // steep enough to pay
      try (Run run = Run.open(CONFIG, 9)) {
        Rows bound = new Rows(run.bind(data.y()), null);
        Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, model.program(goal), bound);
        String ofFlow = "flow.loc";
        String ofCritic = "critic.0.weight";

        assertThat(moves(slope(trace, "flow", params, run, ofFlow))).isTrue();
        assertThat(moves(slope(trace, "flow", params, run, ofCritic))).isFalse();
        assertThat(moves(slope(trace, "critic", params, run, ofCritic))).isTrue();
        assertThat(moves(slope(trace, "critic", params, run, ofFlow))).isFalse();
        assertThat(moves(slope(trace, "penalty", params, run, ofCritic))).isTrue();
        assertThat(moves(slope(trace, "penalty", params, run, ofFlow))).isFalse();
        assertThat(moves(slope(trace, "log density", params, run, ofFlow))).isTrue();
        assertThat(moves(slope(trace, "log density", params, run, ofCritic))).isFalse();
      }
    }
  }

  private static Svi<Rows> svi(Goal goal, FlowModel model) {
    return Svi.builder(model.program(goal), (p, nothing) -> {})
        .params(model.params())
        .config(CONFIG)
        .optimizer(goal.optimizer(new Optimizers(0.01, 0.01, 100)))
        .averaging(Averaging.exponential(0.9))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build();
  }

  private static void step(Goal goal, FlowModel model, Rows data, int steps) {
    try (Svi<Rows> svi = svi(goal, model)) {
      svi.run(data, steps);
      svi.useLast();
    }
  }

  private static double[] all(ParamStore params) {
    return params.chunks().stream()
        .map(FlatVector::values)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  /** A fit that was saved between steps of the flow goes on with the same bits. */
  @Test
  void bothPlayersAreResumed() {
    Goal goal = new AdversarialGoal(Critic.wasserstein().stepsForOneOfFlow(3), 0.1);
    Path file = folder.resolve("fit.bin");
    Rows data = rows(50);
    double[] unbroken;
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<Rows> svi = svi(goal, model(params))) {
      svi.run(data, 8);
      svi.save(file);
      svi.run(data, 7);
      svi.useLast();
      unbroken = all(params);
    }
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<Rows> svi = svi(goal, model(params))) {
      svi.load(file);
      svi.run(data, 7);
      svi.useLast();

      assertThat(params.names()).anyMatch(name -> name.startsWith("critic."));
      assertThat(all(params)).isEqualTo(unbroken);
    }
  }

  /** The flow stands still while the critic makes the other steps. */
  @Test
  void flowMovesInOneOfSeveralSteps() {
    Goal goal = new AdversarialGoal(Critic.gan().stepsForOneOfFlow(3), 0);
    Rows data = rows(50);
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<Rows> svi = svi(goal, model(params))) {
      double[] before = {0.7, 0.7};
      double[] critic = {};
      for (int step = 1; step <= 7; step++) {
        svi.step(data);
        boolean isSame = Arrays.equals(params.value("flow.loc"), before);
        // The first loss of the critic is one whose last layer alone has a slope.
        assertThat(isSame).as("after step %s", step).isEqualTo(step % 3 != 0);
        assertThat(params.value("critic.2.weight")).isNotEqualTo(critic);
        before = params.value("flow.loc");
        critic = params.value("critic.2.weight");
      }
    }
  }

  /** As a file has it, whose flow knows of no critic; and its optimizer is the one that is set. */
  @Test
  void densitiesAreSavedWithTheirCritics() {
    NDArray table = NormalRows.table(manager, NormalRows.two(300), 2);
    Path file = folder.resolve("density.bin");
    Objective objective =
        Objective.adversarial(Critic.hinge().optimizer(Sgd.withRate(0.1))).plusLikelihood(1);
    try (Density density = NORMAL.training(QUICK.steps(20).objective(objective)).fit(table)) {
      density.save(file);
      try (Density loaded = Density.load(manager, file, AffineFlows::normal)) {
        assertThat(loaded.logProb(table).toDoubleArray())
            .isEqualTo(density.logProb(table).toDoubleArray());
      }
    }
  }

  /** ½ E|∇c|² and E max(0, |∇c| − 1)² of c(x) = w·x, wherever they are taken. */
  @Test
  void penaltiesAreThoseOfTheSlope() {
    for (double norm : new double[] {0.5, 2}) {
      double steep = Math.max(0, norm - 1);
      assertThat(penalty(Critic.gan(), norm)).isCloseTo(norm * norm / 2, within(1e-10));
      assertThat(penalty(Critic.wasserstein(), norm)).isCloseTo(steep * steep, within(1e-10));
    }
  }

  private double penalty(Critic critic, double norm) {
    Goal goal = new AdversarialGoal(critic.penalty(1).network(Mlp.of()), 0);
    Rows data = rows(10);
    try (ParamStore params = new ParamStore(manager, CONFIG)) {
      FlowModel model = model(params);
      step(goal, model, data, 1); // makes the critic
      params.set("critic.0.weight", 0.6 * norm, -0.8 * norm);
      try (Run run = Run.open(CONFIG, 2)) {
        Rows bound = new Rows(run.bind(data.y()), null);
        Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, model.program(goal), bound);
        return -Tensors.values(trace.site("penalty").logProb())[0];
      }
    }
  }

  /** A flow that nothing else holds waits for its critic. */
  @Test
  void likelihoodLetsTheFlowMoveInEachStep() {
    Optimizers standard = new Optimizers(0.01, 0, 100);
    Critic given = Critic.gan().stepsForOneOfFlow(2);

    assertThat(new AdversarialGoal(Critic.gan(), 0).optimizer(standard).toString())
        .contains("in 1 of 5 steps");
    assertThat(new AdversarialGoal(Critic.gan(), 1).optimizer(standard).toString())
        .doesNotContain("in 1 of");
    assertThat(new AdversarialGoal(given, 1).optimizer(standard).toString())
        .contains("in 1 of 2 steps");
  }

  /** A network that knows its value alone. */
  private record Flat(Network network) implements Network {

    @Override
    public List<TensorSpec> tensors() {
      return network.tensors();
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      return network.apply(tensors, x, rng, training);
    }
  }

  @Test
  void networksWithoutSlopesPayNothing() {
    Conditioner flat = (inputs, outputs) -> new Flat(Mlp.of(4).network(inputs, outputs));
    Critic critic = Critic.hinge().network(flat);
    Rows data = rows(10);
    try (ParamStore params = new ParamStore(manager, CONFIG)) {
      assertThatThrownBy(() -> step(new AdversarialGoal(critic, 0), model(params), data, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "critic pays for its slopes, but has none: network '"
                  + Flat.class.getName()
                  + "' carries no derivatives forwards; use Mlp or Residual, or penalty(0)");
      step(new AdversarialGoal(critic.penalty(0), 0), model(params), data, 1);
      assertThat(params.value("critic.1.weight")).isNotEqualTo(new double[4]);
    }
  }

  @Test
  void settingsAreRefused() {
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Critic.gan().penalty(weight))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("critic has penalty " + weight + ", but it must be at least 0 and finite");
    }
    assertThatThrownBy(() -> Critic.gan().stepsForOneOfFlow(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("critic has 0 steps for one of the flow, but needs 1");
  }
}
