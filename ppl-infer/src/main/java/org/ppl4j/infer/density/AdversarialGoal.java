package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.Ppl;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.nn.BoundNetwork;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Draws that a critic takes for rows, and rows that are likely. Both players are in one program:
 * the log-joint is minus the sum of their losses, of which each sees its own, since no gradient
 * reaches the critic from the flow's and the flow from the critic's.
 *
 * @param likelihood the weight of the mean log-density; 0 for none
 */
record AdversarialGoal(Critic critic, double likelihood) implements Goal {

  /** The name of the critic's module. */
  private static final String NAME = "critic";

  @Override
  public void run(Ppl p, FlowBatch batch) {
    NDArray data = beside(batch.y(), batch);
    NDArray draws = beside(batch.draws(), batch);
    NDArray fixed = draws.stopGradient();
    int inputs = Math.toIntExact(data.getShape().get(1));
    int dim = Math.toIntExact(batch.y().getShape().get(1));
    BoundNetwork network = p.module(NAME, critic.network().network(inputs, 1));
    CriticLoss loss = critic.loss();
    p.factor("flow", loss.flow(network.fixed().apply(draws)).neg());
    p.factor("critic", loss.critic(network.apply(data), network.apply(fixed)).neg());
    if (critic.penalty() > 0) {
      p.factor("penalty", penalty(network, data, fixed, dim).mul(-critic.penalty()));
    }
    batch.addLikelihood(likelihood);
  }

  private static NDArray beside(NDArray rows, FlowBatch batch) {
    return batch.x().map(x -> Tensors.concat(List.of(rows, x), -1)).orElse(rows);
  }

  /** What the critic pays for its slopes in the first columns, those of rows. */
  private NDArray penalty(BoundNetwork network, NDArray data, NDArray draws, int dim) {
    Run run = Tensors.run(data);
    long count = data.getShape().get(0);
    long inputs = data.getShape().get(1);
    NDArray place = data;
    if (critic.loss().boundsSlopes()) {
      Rng rng = run.rng(Rng.Purpose.MODEL, "between rows and draws");
      NDArray share = rng.uniform(run, new Shape(count, 1));
      place = data.add(share.mul(draws.sub(data)));
    }
    NDArray axes =
        Tensors.concat(List.of(run.eye(dim), run.zeros(new Shape(dim, inputs - dim))), -1);
    NDArray squares = Tensors.sumRight(slopes(network, place, axes).square(), 2);
    NDArray each =
        critic.loss().boundsSlopes()
            ? squares.maximum(1).sqrt().sub(1).square() // of slopes that are too steep alone
            : squares.div(2);
    return Tensors.total(each).div(each.size()); // one for all rows where the critic is linear
  }

  private static NDArray slopes(BoundNetwork network, NDArray place, NDArray axes) {
    try {
      return network.along(place, axes).slopes();
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "critic pays for its slopes, but has none: %s, or penalty(0)".formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public Optimizer optimizer(Optimizers standard) {
    return ByName.of(standard.against(critic.stepsForOneOfFlow(likelihood == 0)))
        .with(NAME, critic.optimizer().orElseGet(standard::ofCritic));
  }

  /** The log-density if it is in the objective, else the energy score, which no critic moves. */
  @Override
  public double worth(FlowLook look) {
    return likelihood > 0 ? look.logProb() : -look.of(batch -> batch.score(Mmd.energyDistance()));
  }

  @Override
  public boolean isOfDensity() {
    return likelihood > 0;
  }

  @Override
  public Goal plusLikelihood(double weight) {
    return new AdversarialGoal(critic, weight);
  }

  @Override
  public String toString() {
    return likelihood > 0 ? critic + " plus " + likelihood + " likelihood" : critic.toString();
  }
}
