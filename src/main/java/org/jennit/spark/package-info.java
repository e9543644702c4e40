/**
 * Explanations of more pictures than one machine holds, as a transformer of Apache Spark's {@code
 * spark.ml}. Nothing else needs this package, and who does not use it needs no Spark: its libraries
 * are those of the cluster.
 */
package org.jennit.spark;
