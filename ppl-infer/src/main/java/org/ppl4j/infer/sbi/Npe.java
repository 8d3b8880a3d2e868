package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.PosteriorFit.Kind;
import org.ppl4j.infer.sbi.Simulating.Before;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Neural posterior estimation: the posterior of a simulator's parameters given its data, learned
 * from simulations by a conditional flow, for a simulator whose likelihood nobody can write down.
 *
 * <pre>{@code
 * Npe npe = Npe.of(prior, simulator, Flows::posterior).or(Flows::regression);
 * try (NeuralPosterior posterior = npe.fit(npe.simulate(10_000));
 *     Samples draws = posterior.posterior(observation, 1000)) {
 *   System.out.println(draws.summary());
 * }
 * }</pre>
 *
 * <p>The flow maximises the mean of log q(θ | x) over simulations (θ, x), θ from the prior, whose
 * maximum is the posterior for every x at once. It lives in the unconstrained space of the prior's
 * support, so that no draw lies outside it. Where one observation is all that was made, {@link
 * #sequential(NDArray, int)} comes closer to its posterior with as many simulations.
 *
 * <p>Immutable: each method makes a new setting. Sources: Papamakarios, Murray 2016; Greenberg,
 * Nonnenmacher, Macke 2019. Rounds have normal proposals, as those of the first, and what is
 * learned under all of them is corrected by weights.
 */
public final class Npe {

  private static final String SITE = "theta";

  /**
   * So many rounds a budget is spent in. Means of a posterior that is narrow in ten dimensions (the
   * benchmark's bernoulli_glm, its second observation) are off by 0.26 of its standard deviations
   * after one round of 10,000 simulations and by 0.05 after eight of as many in all, those of three
   * seeds together; more take longer, and the first has less to learn from.
   */
  private static final int ROUNDS = 8;

  /** So many simulations tell one fit where the posterior is. */
  private static final int FIRST = 1000;

  /** Of so many simulations a flow is no surer than it may be, and an ensemble hardly differs. */
  private static final int ENOUGH = 5000;

  private static final int MOST_MEMBERS = 5;

  /** Numbers of draws and simulations from here on are in no training. */
  private static final long UNSEEN = 1L << 60;

  private final Program<@Nullable Void> prior;
  private final Simulator simulator;
  private final ImmutableList<Flows> flows;
  private RunConfig config = RunConfig.defaults();
  private Training training = standardTraining();
  private Progress progress = Progress.console();
  private int threads = Runtime.getRuntime().availableProcessors();
  private double maxFailures = 0.1;
  private @Nullable Duration timeout;
  private int members; // 0: by the number of simulations
  private boolean baselines = true;
  private Embedding embedding = Embedding.NONE;
  private RoundProposal proposal = new NormalProposal();

  private Npe(Program<@Nullable Void> prior, Simulator simulator, ImmutableList<Flows> flows) {
    this.prior = requireNonNull(prior, "prior");
    this.simulator = requireNonNull(simulator, "simulator");
    this.flows = flows;
  }

  /** How many flows it tries, its proposals of rounds and its seed. */
  @Override
  public String toString() {
    return "neural posterior estimation by %s %s, %s of rounds, seed %s"
        .formatted(flows.size(), flows.size() == 1 ? "flow" : "flows", proposal, config.seed());
  }

  private Npe with(Consumer<Npe> change) {
    return with(flows, change);
  }

  private Npe with(ImmutableList<Flows> flows, Consumer<Npe> change) {
    Npe changed = new Npe(prior, simulator, flows);
    changed.config = config;
    changed.training = training;
    changed.progress = progress;
    changed.threads = threads;
    changed.maxFailures = maxFailures;
    changed.timeout = timeout;
    changed.members = members;
    changed.baselines = baselines;
    changed.embedding = embedding;
    changed.proposal = proposal;
    change.accept(changed);
    return changed;
  }

  /**
   * For parameters of one distribution, which are the site {@code theta} of the posterior. A batch,
   * as of {@code Uniform.of(low, high)} with vectors, is one vector of parameters.
   *
   * @param prior continuous
   * @param flows from the number of unconstrained parameters and of data to a flow whose inverse
   *     should be fast
   */
  public static Npe of(Distribution prior, Simulator simulator, Flows flows) {
    requireNonNull(prior, "prior");
    Distribution joint = prior.toEvent();
    return of((p, nothing) -> p.sample(SITE, joint), simulator, flows);
  }

  /**
   * For parameters that a program draws: its latent sites, all continuous, of supports that do not
   * depend on each other. The simulator sees them in one row, in their order.
   */
  public static Npe of(Program<@Nullable Void> prior, Simulator simulator, Flows flows) {
    return new Npe(prior, simulator, ImmutableList.of(flows));
  }

  /**
   * With a further flow: each is trained, and of those whose draws are sound the one under which
   * held-out simulations are likelier is kept. In {@linkplain #sequential(NDArray, int, int)
   * rounds} they are where their weights hold, else where few of them are farther from the middle
   * than the parameters of all of 2,000 simulations are from that of their posteriors: 5 in 2,000
   * at most. Which kind is best depends on the posteriors and on the number of simulations: splines
   * follow any shape, affine flows need fewer simulations where it is nearly normal.
   */
  public Npe or(Flows other) {
    requireNonNull(other, "other");
    return with(ImmutableList.<Flows>builder().addAll(flows).add(other).build(), unchanged -> {});
  }

  /**
   * Seed, float type and device, of the training too; {@link RunConfig#defaults()} unless set. Of
   * the prior and of programs as simulators it is the seed only.
   */
  public Npe config(RunConfig config) {
    requireNonNull(config, "config");
    return with(npe -> npe.config = config);
  }

  /**
   * How the flow is trained unless set otherwise: {@link Training#standard()}, but by one decay,
   * 0.01, up to 30 epochs, and {@linkplain Training#widened() widened}. Means of posteriors are
   * wanted to a small share of their deviations, which themselves are small beside the prior's, and
   * 10 epochs of 100,000 simulations still leave them biased; and few simulations make posteriors
   * that are too sure.
   */
  public static Training standardTraining() {
    return Training.standard().decay(0.01).epochs(30).widened();
  }

  /**
   * How the flow is trained, but for the configuration and progress; {@link #standardTraining()}
   * unless set.
   */
  public Npe training(Training training) {
    requireNonNull(training, "training");
    return with(npe -> npe.training = training);
  }

  /** Where it shows how far it is; {@link Progress#console()} unless set. */
  public Npe progress(Progress progress) {
    requireNonNull(progress, "progress");
    return with(npe -> npe.progress = progress);
  }

  /**
   * How many threads simulate; as many as there are processors unless set. Nothing but the time
   * depends on it.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Npe threads(int threads) {
    checkArgument(threads >= 1, "npe has %s threads, but needs at least 1", threads);
    return with(npe -> npe.threads = threads);
  }

  /**
   * Which share of simulations may fail: return null or a number that is not finite, or throw. They
   * are left out, counted and {@linkplain Simulations#failures() kept with their reasons}; more are
   * an error, which has those that succeeded. 0.1 unless set.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public Npe maxFailures(double share) {
    checkArgument(
        share >= 0 && share <= 1, "npe has share %s of failures, but it must be 0 to 1", share);
    return with(npe -> npe.maxFailures = share);
  }

  /**
   * The longest that one simulation may take, of a simulator that may hang; any time unless set.
   * One that takes longer has failed, as {@link #maxFailures(double)} has it. Its thread is
   * interrupted and left to itself: a simulator that does not look at that takes processor time
   * until it ends. Which simulations are in time depends on the machine, and so do those that are
   * left out.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Npe timeout(Duration longest) {
    checkArgument(
        longest.compareTo(Duration.ZERO) > 0,
        "npe has a timeout of %s, but it must be positive",
        longest);
    return with(npe -> npe.timeout = longest);
  }

  /**
   * An ensemble: so many flows of each kind trained alike but for their seeds, by which they begin,
   * see batches and choose simulations for validation; what is learned is the mixture of all with
   * equal weights. It is never less likely than its members are on average, and less sure where
   * they do not agree. They are trained on as many threads as there are processors, with the same
   * result on any number. Unless set as many as would see 5,000 simulations in all, from 1 to 5:
   * one flow is too sure of what it learns from a thousand. In rounds all but the last have one.
   *
   * @param members how many; 5 is enough as a rule
   * @throws IllegalArgumentException if it is less than 1
   */
  public Npe ensemble(int members) {
    checkArgument(members >= 1, "npe has an ensemble of %s, but needs at least 1", members);
    return with(npe -> npe.members = members);
  }

  /**
   * Of flows alone. Unless set, simple distributions of parameters given data (linear, additive and
   * polynomial regressions, mixtures of normal distributions) are fitted beside each flow, and have
   * that part in the posterior which held-out simulations give them: where the posterior is simple,
   * a thousand simulations teach them more than a flow. There are none of {@link #sets}.
   */
  public Npe withoutBaselines() {
    return with(npe -> npe.baselines = false);
  }

  /**
   * With a network between the data and the flow, learned with it: for data of many numbers, which
   * the flow then sees as a few features, the network's outputs plus a learned linear map.
   *
   * @param network of any size
   * @param features how many numbers it puts out
   * @throws IllegalArgumentException if there are less than 1
   */
  public Npe embedding(Conditioner network, int features) {
    requireNonNull(network, "network");
    checkArgument(features >= 1, "embedding has %s features, but needs at least 1", features);
    return with(npe -> npe.embedding = embedding.network(network, features));
  }

  /**
   * Learns of sets of independent observations, all of the same parameters: of as many as there
   * will be, from one to the most, by one flow. The simulator still makes one of them; it is called
   * for each member of a set, whose size is drawn, small ones as often as those ten times as large.
   * Flows see the mean over the members of what a network makes of each, by {@link
   * #embedding(Conditioner, int)} or a small one, and how many there are, so that no order of the
   * members makes a difference. Observations are of shape {@code (n, C)} then.
   *
   * @param most members
   * @throws IllegalArgumentException if it is less than 1
   */
  public Npe sets(int most) {
    checkArgument(most >= 1, "npe has sets of up to %s observations, but needs at least 1", most);
    return with(npe -> npe.embedding = embedding.sets(most));
  }

  /**
   * What the later of {@linkplain #sequential(NDArray, int, int) rounds} are drawn from; the normal
   * distribution that is described there unless set.
   */
  public Npe proposal(RoundProposal proposal) {
    requireNonNull(proposal, "proposal");
    return with(npe -> npe.proposal = proposal);
  }

  // --- simulations

  /**
   * Draws parameters from the prior and simulates data of each, on {@link #threads(int) threads}.
   * The same each time; the first rows of more are those of fewer.
   *
   * @param count how many, at least 1
   * @throws SimulationException if more fail than {@link #maxFailures(double) may}, or the thread
   *     is interrupted; the text has the parameters of the first that failed
   */
  public Simulations simulate(int count) {
    checkArgument(count >= 1, "npe is asked for %s simulations, but needs at least 1", count);
    return simulate(parameters().draw(count, 0), 0, Before.NOTHING, null);
  }

  /**
   * The same, to the bit, elsewhere. A simulator that keeps to a time by the clock may fail there
   * where it does not here.
   */
  public Simulations simulate(int count, SimulationPlace place) {
    checkArgument(count >= 1, "npe is asked for %s simulations, but needs at least 1", count);
    return simulate(parameters().draw(count, 0), 0, Before.NOTHING, place);
  }

  /**
   * Goes on where simulations ended: the same as all at once.
   *
   * @param count how many in all
   * @param begun the first of them, by the same prior and seed
   * @throws IllegalArgumentException if they are of another prior or seed, or more
   * @throws SimulationException as {@link #simulate(int)}, with all that there are
   */
  public Simulations simulate(int count, Simulations begun) {
    return goOn(count, begun, null);
  }

  /** The same, to the bit, elsewhere. */
  public Simulations simulate(int count, Simulations begun, SimulationPlace place) {
    return goOn(count, begun, place);
  }

  private Simulations goOn(int count, Simulations begun, @Nullable SimulationPlace place) {
    double[] all = parameters().draw(Math.max(1, count), 0);
    int columns = parameters().columns();
    checkArgument(
        begun.tried() <= count && begun.isOf(all),
        "simulations that were begun are not the first of %s of this prior and seed: %s; pass those"
            + " of the same, and no more",
        count,
        begun);
    if (begun.tried() == count) {
      return begun;
    }
    double[] rest = Arrays.copyOfRange(all, begun.tried() * columns, all.length);
    return more(begun, rest, new Before(begun.tried(), begun.failures().size()), place);
  }

  /** Simulations, then those of more parameters; all of them are in an exception too. */
  private Simulations more(
      Simulations begun, double[] rows, Before before, @Nullable SimulationPlace place) {
    try {
      return begun.and(simulate(rows, begun.tried(), before, place));
    } catch (SimulationException e) {
      Simulations both = e.simulations().map(begun::and).orElse(begun);
      throw new SimulationException(String.valueOf(e.getMessage()), e, both);
    }
  }

  /**
   * Simulates data of these parameters.
   *
   * @param rows one after the other
   * @param first the number of the first row, which keys its noise
   * @param before what was made before of the same
   * @param place where; null on threads here
   */
  private Simulations simulate(
      double[] rows, long first, Before before, @Nullable SimulationPlace place) {
    return Simulating.run(
        embedding.observations().simulator(simulator),
        rows,
        parameters().columns(),
        first,
        before,
        new Simulating.Settings(config.seed(), threads, maxFailures, timeout, progress, place));
  }

  /**
   * Whether a posterior says what it knows, by simulations that it has not learned from: see {@link
   * Calibration#warnings()}.
   *
   * @param posterior one that this learned, for all observations
   * @param trials how many simulations, at least 1
   * @param draws how many of the posterior for each, at least 1; 99 make levels of whole percents
   *     exact
   * @throws IllegalArgumentException if the posterior was learned in rounds for one observation
   * @throws IllegalStateException as {@link #simulate(int)}
   */
  public Calibration calibrate(NeuralPosterior posterior, int trials, int draws) {
    checkArgument(
        trials >= 1 && draws >= 1,
        "calibration has %s trials of %s draws, but needs at least 1 of each",
        trials,
        draws);
    checkArgument(
        posterior.isForAll(),
        "posterior was learned in rounds for one observation, but calibration is over those of the"
            + " prior; learn it in one round");
    Parameters parameters = parameters();
    Simulations others = simulate(parameters.draw(trials, UNSEEN), UNSEEN, Before.NOTHING, null);
    posterior.checkLearnedFrom(others);
    return Calibrating.of(posterior, others, draws, parameters.names());
  }

  Parameters parameters() {
    return Parameters.of(prior, config);
  }

  // --- posteriors

  /**
   * The posterior for any observation, learned from simulations of the prior. Interrupting the
   * thread ends the training, as {@link Training} says, and leaves out the flows that come after;
   * the report's {@code fit().stop()} and the thread's flag, which stays set, tell.
   *
   * @throws IllegalArgumentException if the simulations have another number of parameters, their
   *     parameters are outside the prior's support, or there are too few
   * @throws IllegalStateException if the training never had a finite log-density
   */
  @MustBeClosed
  public NeuralPosterior fit(Simulations simulations) {
    return fit(simulations, null, kinds(), members(simulations)).posterior();
  }

  /**
   * The likelihood instead of the posterior: the density of data given parameters, of simulations
   * of the prior, by the same flows and training. A sampler over its {@linkplain
   * NeuralLikelihood#model model} takes longer than draws of a posterior; in return it takes any
   * number of independent observations, and data of few numbers need fewer simulations.
   *
   * @throws IllegalArgumentException as {@link #fit(Simulations)}, or if this learns of sets or by
   *     an embedding: it is the parameters that flows see
   * @throws IllegalStateException as {@link #fit(Simulations)}
   */
  @MustBeClosed
  public NeuralLikelihood likelihood(Simulations simulations) {
    checkArgument(
        embedding.equals(Embedding.NONE),
        "npe sees data through an embedding or as sets, but a likelihood is of data given"
            + " parameters; learn it without");
    Training own = training.config(config).progress(progress);
    return new LikelihoodFit(prior, parameters(), flows, own, members(simulations), config)
        .fit(simulations);
  }

  /**
   * The posterior for one observation, learned in rounds: fewer simulations are needed than in one
   * round, but the posterior is of this observation only. Those of the first are from the prior,
   * those of each other from a normal distribution of unconstrained parameters, twice as wide as
   * the posterior of the round before or wider, but no wider than the prior, unless another {@link
   * #proposal} is set.
   *
   * <p>Interrupting the thread ends it in the last training as {@link #fit(Simulations)}, and else
   * by an exception with all simulations that there are.
   *
   * <p>The flow learns the posterior under the mixture of all proposals. Draws are chosen among
   * more of its draws by weights, the prior's density over the mixture's, so that some can be
   * equal; {@code logProb} has the weight too, over its mean of 10,000 draws. Of several flows one
   * whose weights hold, with a k-hat of up to 0.7 or where none can be above five times their mean,
   * is kept before one whose do not; all learn in the first and the last round, and in others those
   * that did about as well as the one that was kept. Where none's hold after the last round, the
   * posterior is that of the last round whose did, which its draws have a warning of. Of a mode
   * that no simulation came near nothing is known.
   *
   * @param observation (C)
   * @param rounds at least 1
   * @param simulations of each round
   * @throws IllegalArgumentException if the observation does not have as many numbers as the
   *     simulator returns, or as {@link #fit(Simulations)}
   * @throws SimulationException as {@link #simulate(int)}, with those of the rounds before too
   * @throws IllegalStateException as {@link #fit(Simulations)}
   */
  @MustBeClosed
  public NeuralPosterior sequential(NDArray observation, int rounds, int simulations) {
    checkArgument(rounds >= 1, "npe has %s rounds, but needs at least 1", rounds);
    return sequential(observation, Collections.nCopies(rounds, simulations));
  }

  /**
   * The posterior for one observation, from so many simulations in all: {@linkplain
   * #sequential(NDArray, int, int) rounds} of an eighth each. The first is of as many as one fit
   * wants, 1,000 but no more than half of all, and of what is left over too, since rounds around a
   * posterior that is not where it seems gain nothing. The way to spend them where one observation
   * is all that was made; it takes three to seven times as long as {@link #fit(Simulations) one
   * round} of as many.
   *
   * @param observation (C)
   * @param budget of all rounds together, at least 8
   * @throws IllegalArgumentException as {@link #sequential(NDArray, int, int)}
   * @throws IllegalStateException as {@link #sequential(NDArray, int, int)}
   */
  @MustBeClosed
  public NeuralPosterior sequential(NDArray observation, int budget) {
    checkArgument(
        budget >= ROUNDS,
        "npe has a budget of %s simulations, but needs at least 1 in each of %s rounds",
        budget,
        ROUNDS);
    int each = budget / ROUNDS;
    int first = Math.max(each, Math.min(budget / 2, FIRST));
    List<Integer> rounds = new ArrayList<>(Collections.nCopies((budget - first) / each, each));
    rounds.add(0, budget - rounds.size() * each);
    return sequential(observation, rounds);
  }

  /**
   * As {@link #sequential(NDArray, int, int)}, but that the simulations of the first round were
   * made before.
   *
   * @param first from the whole prior
   * @param rounds how many more, at least 0
   * @param simulations of each of these
   */
  @MustBeClosed
  public NeuralPosterior sequential(
      NDArray observation, Simulations first, int rounds, int simulations) {
    checkArgument(rounds >= 0, "npe has %s more rounds, but needs 0 or more", rounds);
    return sequential(observation, first, Collections.nCopies(rounds, simulations));
  }

  /** In rounds of so many simulations each. */
  @MustBeClosed
  private NeuralPosterior sequential(NDArray observation, List<Integer> rounds) {
    embedding.observations().check(observation); // before the simulator has run for hours
    return sequential(observation, simulate(rounds.get(0)), rounds.subList(1, rounds.size()));
  }

  @MustBeClosed
  private NeuralPosterior sequential(NDArray observation, Simulations first, List<Integer> more) {
    Proposals proposals =
        Proposals.ofPrior(
            proposal, parameters(), embedding.observations().row(observation), first.tried());
    int count = more.isEmpty() ? members(first) : 1;
    return rounds(fit(first, proposals, kinds(), count), more);
  }

  /** More rounds of so many simulations each, after what was learned before, which is closed. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closed with the rounds
  private NeuralPosterior rounds(PosteriorFit.Kept first, List<Integer> more) {
    PosteriorFit.Kept kept = first;
    try (Rounds rounds = new Rounds(first.posterior())) {
      Proposals proposals = first.posterior().proposals();
      Simulations all = first.posterior().simulations();
      for (int i = 0; i < more.size(); i++) {
        int count = more.get(i);
        FittedProposal next = rounds.last().next();
        all = more(all, next.draw(count, proposals.rounds()), Before.NOTHING, null);
        proposals = proposals.and(next, count);
        boolean isLast = i == more.size() - 1;
        boolean isAny = isLast || !kept.posterior().holds();
        kept = fit(all, proposals, isAny ? kinds() : kept.close(), isLast ? members(all) : 1);
        rounds.add(kept.posterior());
      }
      return rounds.taken();
    }
  }

  // --- files

  /**
   * The posterior that {@link NeuralPosterior#save} wrote: of the same draws, bit for bit.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, of another prior or by other flows
   */
  @MustBeClosed
  public NeuralPosterior load(Path path) {
    return read(TensorFile.read(path));
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closed with the posterior
  private NeuralPosterior read(TensorFile file) {
    return new NeuralPosterior(
        PosteriorParts.read(prior, config, flows, embedding, proposal, file));
  }

  /**
   * A posterior learned from more simulations than another, which stays as it is: from so many more
   * of the prior, as {@link #fit(Simulations)} of all of them; of a posterior for one observation
   * in a further round. All is under the seed of the other, and training begins anew: what was
   * learned from few simulations is not where many would begin. Of simulations that were made
   * elsewhere, {@code fit(posterior.simulations().and(more))} does the same.
   *
   * @param posterior one that this learned or loaded
   * @param simulations how many more, at least 1
   * @throws IllegalArgumentException if there are fewer, or those of the posterior are not of this
   *     prior
   * @throws SimulationException as {@link #simulate(int)}, with those of the posterior too
   * @throws IllegalStateException as {@link #fit(Simulations)}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closed with the rounds
  public NeuralPosterior extend(NeuralPosterior posterior, int simulations) {
    checkArgument(
        simulations >= 1,
        "posterior is extended by %s simulations, but needs at least 1",
        simulations);
    Npe same = config(config.withSeed(posterior.config().seed()));
    Simulations begun = posterior.simulations();
    if (posterior.isForAll()) {
      return same.fit(same.simulate(begun.tried() + simulations, begun));
    }
    TensorFile.Builder file = TensorFile.builder();
    posterior.write(file);
    NeuralPosterior copy = same.read(file.build("posterior"));
    return same.rounds(new PosteriorFit.Kept(copy, kinds()), ImmutableList.of(simulations));
  }

  private ImmutableList<Kind> kinds() {
    return Kind.all(flows);
  }

  private int members(Simulations simulations) {
    return members > 0 ? members : Math.max(1, Math.min(ENOUGH / simulations.rows(), MOST_MEMBERS));
  }

  private PosteriorFit.Kept fit(
      Simulations simulations, @Nullable Proposals proposals, List<Kind> candidates, int members) {
    Training own = training.config(config).progress(progress);
    return new PosteriorFit(parameters(), candidates, embedding, own, members, baselines, config)
        .fit(simulations, proposals);
  }
}
