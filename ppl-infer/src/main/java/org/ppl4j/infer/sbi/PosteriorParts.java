package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.Bijections;

/**
 * What a {@link NeuralPosterior} is made of, and its file.
 *
 * @param parameters of the prior
 * @param density of unconstrained parameters given data
 * @param manager that of the density's results, which is closed with the posterior
 * @param config of what it draws
 * @param kind the number of the flow that learned it, of those that there were
 * @param observations as rows
 * @param simulations that it was learned from
 * @param correction of what it learned in rounds for one observation; null for all
 * @param notes that its draws have
 */
record PosteriorParts(
    Parameters parameters,
    ConditionalDensity density,
    NDManager manager,
    RunConfig config,
    int kind,
    Observations observations,
    Simulations simulations,
    @Nullable Correction correction,
    ImmutableList<String> notes)
    implements AutoCloseable {

  private static final String NAMES = "posterior.parameters";
  private static final String KIND = "posterior.flow";
  private static final String SETS = "posterior.sets";
  private static final String SEED = "posterior.seed";
  private static final String NOTES = "posterior.notes/";
  private static final String DENSITY = "posterior/density/";
  private static final String SIMULATIONS = "posterior/simulations/";
  private static final String PROPOSALS = "posterior/proposals/";

  /** The same, with a further note. */
  PosteriorParts with(String note) {
    ImmutableList<String> all = ImmutableList.<String>builder().addAll(notes).add(note).build();
    return new PosteriorParts(
        parameters, density, manager, config, kind, observations, simulations, correction, all);
  }

  /** Adds all of it to a file, with what its training warns of among the notes. */
  void write(TensorFile.Builder file, List<String> warnings) {
    file.put(NAMES, Joiner.on(", ").join(parameters.names()));
    Bijections.family().write(file);
    file.put(KIND, Integer.toString(kind));
    file.put(SETS, Integer.toString(observations.most()));
    file.put(SEED, Long.toString(config.seed()));
    for (int i = 0; i < warnings.size(); i++) {
      file.put(NOTES + i, warnings.get(i));
    }
    file.put(DENSITY, density::write);
    file.put(SIMULATIONS, simulations::write);
    if (correction != null) {
      file.put(PROPOSALS, correction.proposals()::write);
    }
  }

  /**
   * Those in a file.
   *
   * @param config of which the seed is that of the file
   * @param flows that there are
   * @param embedding between what was observed and these
   * @param proposal what later rounds were drawn from
   * @throws IllegalArgumentException if it has no posterior, or one of other parameters or flows
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the parts close the density
  static PosteriorParts read(
      Program<@Nullable Void> prior,
      RunConfig config,
      List<Flows> flows,
      Embedding embedding,
      RoundProposal proposal,
      TensorFile file) {
    long seed = number(file, SEED);
    Bijections.family().check(file);
    Parameters parameters = Parameters.of(prior, config.withSeed(seed));
    String names = Joiner.on(", ").join(parameters.names());
    checkArgument(
        names.equals(file.text(NAMES)),
        "%s has a posterior of the parameters %s, but this prior has %s; load it by the npe that"
            + " learned it",
        file,
        file.text(NAMES),
        names);
    int kind = (int) number(file, KIND);
    checkArgument(
        kind < flows.size(),
        "%s has a posterior learned by flow %s, but this npe has %s; load it by the npe that"
            + " learned it",
        file,
        kind + 1,
        flows.size());
    Observations observations = new Observations((int) number(file, SETS));
    checkArgument(
        observations.equals(embedding.observations()),
        "%s has a posterior given %s, but this npe learns of %s; load it by the npe that learned"
            + " it",
        file,
        observations,
        embedding.observations());
    Proposals proposals = Proposals.read(proposal, parameters, file.part(PROPOSALS));
    Simulations simulations = Simulations.read(file.part(SIMULATIONS));
    NDManager manager = NDManager.newBaseManager(config.device());
    try {
      ConditionalDensity density =
          ConditionalDensity.read(
              manager, file.part(DENSITY), embedding.through(flows.get(kind), null));
      RunConfig own =
          density.params().config().orElse(config).withDevice(config.device()).withSeed(seed);
      return new PosteriorParts(
          parameters,
          density,
          manager,
          own,
          kind,
          observations,
          simulations,
          proposals == null ? null : new Correction(proposals, density, manager),
          notes(file));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static long number(TensorFile file, String name) {
    String text = file.text(name);
    checkArgument(
        text != null && text.matches("-?[0-9]{1,19}"),
        "%s has no posterior; pass a file that a posterior's save wrote",
        file);
    return Long.parseLong(text);
  }

  private static ImmutableList<String> notes(TensorFile file) {
    ImmutableList.Builder<String> notes = ImmutableList.builder();
    for (int i = 0; file.text(NOTES + i) != null; i++) {
      notes.add(String.valueOf(file.text(NOTES + i)));
    }
    return notes.build();
  }

  @Override
  public void close() {
    density.close();
    manager.close();
  }
}
