package org.ppl4j.infer.mcmc;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** What all samplers are told; changed only while it is made. */
final class Settings implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int NOT_SET = -1;
  private static final int MOST = 800; // of a warm-up that ends when it has converged
  private static final int STANS = 1000;

  int chains = 4;
  int warmup = NOT_SET;
  int draws = 1000;
  int threads = Runtime.getRuntime().availableProcessors();
  double targetAcceptance = Double.NaN; // not set
  Metric metric = Metric.DIAGONAL;
  Starts starts = Starts.standard();
  transient Progress progress = Progress.console(); // silent in other JVMs
  @Nullable Duration limit;
  @Nullable ParamStore params;
  @Nullable RunConfig config;

  Settings() {}

  private Settings(Settings other) {
    this.chains = other.chains;
    this.warmup = other.warmup;
    this.draws = other.draws;
    this.threads = other.threads;
    this.targetAcceptance = other.targetAcceptance;
    this.metric = other.metric;
    this.starts = other.starts;
    this.progress = other.progress;
    this.limit = other.limit;
    this.params = other.params;
    this.config = other.config;
  }

  /** These with a change. */
  Settings with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed;
  }

  /** How many iterations the warm-up has, at most if it ends by itself. */
  int warmup() {
    if (warmup != NOT_SET) {
      return warmup;
    }
    return metric == Metric.LOW_RANK ? MOST : STANS;
  }

  /** These that learn from gradients. */
  static Settings ofGradients() {
    Settings settings = new Settings();
    settings.metric = Metric.LOW_RANK;
    return settings;
  }

  /** The configuration that is set, else that of the store, else the defaults. */
  RunConfig runConfig() {
    return ParamStore.chosen(config, params);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    progress = Progress.silent();
  }
}
