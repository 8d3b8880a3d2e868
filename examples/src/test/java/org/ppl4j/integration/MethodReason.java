package org.ppl4j.integration;

import static org.ppl4j.integration.EveryMethod.ANNEALING;
import static org.ppl4j.integration.EveryMethod.DENSITY;
import static org.ppl4j.integration.EveryMethod.INFERENCE;
import static org.ppl4j.integration.EveryMethod.JUDGE;
import static org.ppl4j.integration.EveryMethod.LAPLACE;
import static org.ppl4j.integration.EveryMethod.NUTS;
import static org.ppl4j.integration.EveryMethod.PATHFINDER;
import static org.ppl4j.integration.EveryMethod.PREDICTIVE;
import static org.ppl4j.integration.EveryMethod.PRIOR;
import static org.ppl4j.integration.EveryMethod.SMC;
import static org.ppl4j.integration.EveryMethod.SVI;

import com.google.common.collect.ImmutableSet;
import java.util.regex.Pattern;

/**
 * The table of reasons for which some methods refuse a model that others take, or all refuse it: to
 * each method the same words, but for its own name.
 */
enum MethodReason {
  /** Nothing moves along a density there. */
  DISCRETE(
      "sample site '[^']+' is discrete \\(.+\\) and not summed out, since its support has no end or"
          + " an InferConfig says so, but OWNER draws continuous sites only; .+",
      EveryMethod.except(PRIOR, PREDICTIVE, DENSITY, NUTS)),
  /** Chains draw such sites beside others. */
  ONLY_DISCRETE(
      "OWNER found no continuous latent site in the model, only discrete ones that are not summed"
          + " out, .+",
      NUTS),
  SINGLE_VALUES(
      "sample site '[^']+' draws from \\w+, where single values have probabilities, but OWNER"
          + " follows densities; work it out by p.deterministic, or sum it out of the model",
      EveryMethod.FOLLOWING_DENSITIES),
  /** What the prior draws without a density follows from the rest, and need not move. */
  A_POINT(SINGLE_VALUES.words, SVI, NUTS, LAPLACE, PATHFINDER, JUDGE, INFERENCE),
  LATENT_ROWS_THAT_ARE_NOT_SEEN(
      "sample site '[^']+' is in plate '[^']+', of which (the data hold|the model chooses) \\d+ of"
          + " \\d+ rows, but OWNER has numbers for each row and does not know which they are; give"
          + " it all, or tell a guide by plate\\(\"[^\"]+\", data -> indices\\)",
      EveryMethod.FOLLOWING_DENSITIES),
  /** A bound and a density of some rows are scaled; an evidence would be of other data. */
  ROWS_THAT_ARE_NOT_SEEN(
      "plate '[^']+' sees \\d+ of \\d+ rows, but the evidence is of all; give OWNER the whole data",
      SMC,
      ANNEALING),
  A_PRIOR_WITHOUT_DRAWS(
      "sample site '[^']+': distribution 'ImproperUniform' has no normaliser, so nothing can be"
          + " drawn from it; give the site a value by an observation, a guide or an initial value",
      SMC,
      ANNEALING,
      PRIOR),
  NO_LATENT_SITE(
      "OWNER found no latent site in the model(; leave at least one site without a value| but discrete"
          + " ones that are summed out, \\[[^\\]]+\\]; their probabilities are exact: .+)",
      EveryMethod.FOLLOWING_DENSITIES),
  /** Draws of a posterior have none of it, and a density needs a value. */
  AN_AUXILIARY_SITE(
      "latent site '[^']+' has no value, only \\[.*\\] have; pass one for each latent site",
      DENSITY),
  /** The judge's chains begin at draws, which have none of it. */
  AN_AUXILIARY_SITE_OF_DRAWS(
      "samples have no site '[^']+', only \\[.*\\]; ask for one of these", JUDGE),
  NO_MODE("laplace found no mode from \\d+ starts: .+", LAPLACE),
  /** Predictions forget what is observed. */
  DATA_OUTSIDE_OF_THEIR_SUPPORT(
      "observed site '[^']+' has value .+ outside the support '.+' of .+; pass values in the"
          + " support or take another distribution",
      EveryMethod.except(PRIOR, PREDICTIVE)),
  NO_DENSITY(
      "factor '[^']+' has log density -Infinity; look for parameters that are not finite or at the"
          + " edge of their range",
      EveryMethod.except()),
  A_NAME_TWICE(
      "sample site '[^']+' occurs twice in one execution; give each its own name, or put them under"
          + " a loop or a Prefix",
      EveryMethod.except()),
  A_BATCH_WITHOUT_A_PLATE(
      "sample site '[^']+' has batch shape .+, but no plate owns size \\d+ at dim -1; open a plate"
          + " of that size around it, or declare event dims by toEvent\\(n\\)",
      EveryMethod.except());

  private final String words;
  private final ImmutableSet<EveryMethod> refusing;

  MethodReason(String words, EveryMethod... refusing) {
    this(words, ImmutableSet.copyOf(refusing));
  }

  MethodReason(String words, ImmutableSet<EveryMethod> refusing) {
    this.words = words;
    this.refusing = refusing;
  }

  /** Whether a method refuses for it. */
  boolean isOf(EveryMethod method) {
    return refusing.contains(method);
  }

  /** Whether the first line of a refusal is this reason in the method's words. */
  boolean isIn(String refusal, EveryMethod method) {
    return Pattern.matches(words.replace("OWNER", Pattern.quote(method.owner())), refusal);
  }
}
