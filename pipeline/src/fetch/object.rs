//! What lies in an object store: `s3://bucket/key`, with the keys that S3's own programs take from the environment.

use anyhow::Context as _;
use object_store::ObjectStoreExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use url::Url;

use crate::fault::Fault;

/// How an address in S3 begins.
pub const S3: &str = "s3://";
/// What a flat file may have at most.
const MOST_BYTES: u64 = 1 << 30;

/// The bytes of an object, whole or not at all.
pub async fn object(address: &str) -> anyhow::Result<Vec<u8>> {
    let url = Url::parse(address).with_context(|| format!("Failed to read the address `{address}`"))?;
    let (Some(bucket), key) = (url.host_str(), url.path().trim_start_matches('/')) else {
        return Err(Fault::new(format!("Failed to read the address `{address}`"), "it is s3://bucket/key").into());
    };
    let failed = |error: object_store::Error| {
        Fault::with_source(
            format!("Failed to fetch `{address}`"),
            "AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY say who asks where; AWS_ENDPOINT names a store that is not Amazon's; nothing was applied",
            error,
        )
    };
    let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(failed)?;
    let path = Path::from_url_path(key).map_err(|error| failed(error.into()))?;
    let found = store.get(&path).await.map_err(failed)?;
    if found.meta.size > MOST_BYTES {
        let words =
            format!("Failed to fetch `{address}`: it has {} bytes, and {MOST_BYTES} are the most", found.meta.size);
        return Err(Fault::new(words, "split it into several data migrations").into());
    }
    Ok(found.bytes().await.map_err(failed)?.to_vec())
}
