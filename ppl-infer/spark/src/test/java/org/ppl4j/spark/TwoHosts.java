package org.ppl4j.spark;

import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * A cluster of two workers that have addresses of their own, and an executor of one core and 1 GB
 * each: Spark makes no copy of a late task on the host where it runs, and a local cluster is one
 * host.
 */
final class TwoHosts implements AutoCloseable {

  private final List<RpcEnv> all;
  private final SparkSession spark;

  private TwoHosts(List<RpcEnv> all, SparkSession spark) {
    this.all = all;
    this.spark = spark;
  }

  static TwoHosts of(Map<String, Object> settings) {
    SparkConf conf = new SparkConf();
    RpcEnv master = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
    String url = master.address().toSparkURL();
    return new TwoHosts(
        List.of(worker(1, url, conf), worker(2, url, conf), master), LocalSpark.of(url, settings));
  }

  private static RpcEnv worker(int number, String master, SparkConf conf) {
    return Worker.startRpcEnvAndEndpoint(
        "127.0.0." + number,
        0,
        0,
        1,
        1024,
        new String[] {master},
        null,
        Option.apply(number),
        conf,
        Option.empty());
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    spark.stop();
    all.forEach(RpcEnv::shutdown);
    all.forEach(RpcEnv::awaitTermination);
  }
}
