//! Carries texts to a remote model: in full requests, whatever documents they are of; each text once, however many
//! documents ask for it; and each answer stored in `embedding_paid` before anybody hears of it, so that whatever ends
//! this program then, that text is never paid for again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use pgvector::Vector;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::EmbedError;
use crate::model::http::Input;
use crate::model::{Answer, Http};

/// How long a request that is not full waits for more texts.
const QUIET: Duration = Duration::from_millis(20);

type Hash = [u8; 32];
type Reply = oneshot::Sender<Result<Carried, EmbedError>>;

/// What came back for a text, and whether it was sent for this answer.
#[derive(Debug, Clone)]
struct Carried {
    answer: Answer,
    is_sent: bool,
}

struct Errand {
    hash: Hash,
    input: Input,
    reply: Reply,
}

/// Takes texts of several workers; gone with the last of them.
#[derive(Debug, Clone)]
pub(crate) struct Courier {
    errands: mpsc::UnboundedSender<Errand>,
}

impl Courier {
    pub fn new(pool: PgPool, model: Arc<Http>) -> Self {
        let (errands, inbox) = mpsc::unbounded_channel();
        let round =
            Round { pool, model, waiting: VecDeque::new(), askers: HashMap::new(), under_way: JoinSet::default() };
        tokio::spawn(round.run(inbox));
        Self { errands }
    }

    /// The answers to `texts`, each with its tokens, in their order; and how many were sent for them.
    pub async fn carry(&self, texts: Vec<(String, usize)>) -> Result<(Vec<Answer>, usize), EmbedError> {
        let mut replies = Vec::with_capacity(texts.len());
        for (text, tokens) in texts {
            let (reply, answer) = oneshot::channel();
            let hash = Sha256::digest(text.as_bytes()).into();
            self.errands.send(Errand { hash, input: Input { text, tokens }, reply }).map_err(|_| EmbedError::Worker)?;
            replies.push(answer);
        }
        let (mut answers, mut sent) = (Vec::with_capacity(replies.len()), 0);
        for reply in replies {
            let carried = reply.await.map_err(|_| EmbedError::Worker)??;
            sent += usize::from(carried.is_sent);
            answers.push(carried.answer);
        }
        Ok((answers, sent))
    }
}

type Delivery = Vec<(Hash, Result<Carried, EmbedError>)>;

struct Round {
    pool: PgPool,
    model: Arc<Http>,
    waiting: VecDeque<(Hash, Input)>,
    /// Who waits for a text that waits or is under way.
    askers: HashMap<Hash, Vec<Reply>>,
    under_way: JoinSet<Delivery>,
}

impl Round {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Errand>) {
        let mut is_open = true;
        while is_open || !self.under_way.is_empty() {
            self.send_full();
            tokio::select! {
                errand = inbox.recv(), if is_open => match errand {
                    Some(errand) => {
                        self.take(errand);
                        while let Ok(errand) = inbox.try_recv() {
                            self.take(errand);
                        }
                    }
                    None => is_open = false,
                },
                Some(delivery) = self.under_way.join_next() => self.deliver(delivery.unwrap_or_default()),
                () = tokio::time::sleep(QUIET), if !self.waiting.is_empty() && self.has_room() => self.send_some(),
            }
        }
    }

    fn take(&mut self, errand: Errand) {
        let askers = self.askers.entry(errand.hash).or_default();
        askers.push(errand.reply);
        if askers.len() == 1 {
            self.waiting.push_back((errand.hash, errand.input));
        }
    }

    fn has_room(&self) -> bool {
        self.under_way.len() < self.model.requests_at_once()
    }

    /// More are made ready than may be asked at once, so that storing an answer keeps no request waiting.
    fn send_full(&mut self) {
        while self.under_way.len() < 2 * self.model.requests_at_once()
            && self.waiting.len() >= self.model.texts_per_request()
        {
            self.send_some();
        }
    }

    fn send_some(&mut self) {
        let inputs = self.waiting.iter().map(|(_, input)| input);
        let count = self.model.fitting(inputs).max(1).min(self.waiting.len());
        let (pool, model) = (self.pool.clone(), Arc::clone(&self.model));
        let part: Vec<(Hash, Input)> = self.waiting.drain(..count).collect();
        self.under_way.spawn(async move {
            let hashes: Vec<Hash> = part.iter().map(|(hash, _)| *hash).collect();
            match ask(&pool, &model, part).await {
                Ok(delivery) => delivery,
                Err(error) => hashes.into_iter().map(|hash| (hash, Err(error.clone()))).collect(),
            }
        });
    }

    fn deliver(&mut self, mut delivery: Delivery) {
        // What stops one request stops those that are not sent yet: a key that is revoked, an account that is empty.
        if let Some(error) = delivery.iter().find_map(|(_, outcome)| outcome.as_ref().err()).cloned() {
            delivery.extend(self.waiting.drain(..).map(|(hash, _)| (hash, Err(error.clone()))));
        }
        for (hash, outcome) in delivery {
            for (position, reply) in self.askers.remove(&hash).unwrap_or_default().into_iter().enumerate() {
                let for_this_one =
                    outcome.clone().map(|carried| Carried { is_sent: carried.is_sent && position == 0, ..carried });
                // Who no longer waits needs no answer.
                let _ = reply.send(for_this_one);
            }
        }
    }
}

/// What is paid for is looked up, the rest is sent, and what comes back is stored.
async fn ask(pool: &PgPool, model: &Http, part: Vec<(Hash, Input)>) -> Result<Delivery, EmbedError> {
    let hashes: Vec<&[u8]> = part.iter().map(|(hash, _)| hash.as_slice()).collect();
    let paid: Vec<(Vec<u8>, Vector)> =
        sqlx::query_as("select text_hash, embedding from embedding_paid where model = $1 and text_hash = any($2)")
            .bind(model.name())
            .bind(&hashes)
            .fetch_all(pool)
            .await
            .map_err(EmbedError::database("look for texts that are paid for"))?;
    let paid: HashMap<Vec<u8>, Vector> = paid.into_iter().collect();
    let (known, missing): (Vec<_>, Vec<_>) = part.into_iter().partition(|(hash, _)| paid.contains_key(hash.as_slice()));
    let known = known.into_iter().filter_map(|(hash, _)| {
        let answer = Ok(paid.get(hash.as_slice())?.to_vec());
        Some((hash, Ok(Carried { answer, is_sent: false })))
    });
    let mut delivery: Delivery = known.collect();
    if missing.is_empty() {
        return Ok(delivery);
    }
    let (hashes, inputs): (Vec<Hash>, Vec<Input>) = missing.into_iter().unzip();
    let answers = model.ask(&inputs).await?;
    keep(pool, model.name(), &hashes, &answers).await?;
    let sent = hashes.into_iter().zip(answers).map(|(hash, answer)| (hash, Ok(Carried { answer, is_sent: true })));
    delivery.extend(sent);
    Ok(delivery)
}

/// Paid for, so stored at once.
async fn keep(pool: &PgPool, model: &str, hashes: &[Hash], answers: &[Answer]) -> Result<(), EmbedError> {
    let good = hashes.iter().zip(answers).filter_map(|(hash, answer)| Some((hash.as_slice(), answer.as_ref().ok()?)));
    let (hashes, vectors): (Vec<&[u8]>, Vec<Vector>) =
        good.map(|(hash, vector)| (hash, Vector::from(vector.clone()))).unzip();
    let insert = || {
        sqlx::query(
            "insert into embedding_paid (text_hash, model, embedding)
             select hash, $2, vector from unnest($1::bytea[], $3::vector[]) as t (hash, vector) on conflict do nothing",
        )
        .bind(&hashes)
        .bind(model)
        .bind(&vectors)
        .execute(pool)
    };
    // A server that restarts just now comes back before an answer should be paid for again.
    let mut outcome = insert().await;
    for pause in KEEP_AGAIN {
        match &outcome {
            Err(error) if crate::error::is_lost(error) => tokio::time::sleep(*pause).await,
            _ => break,
        }
        outcome = insert().await;
    }
    outcome.map(drop).map_err(EmbedError::database("store what is paid for"))
}

/// How long is waited before an answer is stored again: half a minute together.
const KEEP_AGAIN: &[Duration] = &[
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(18),
];
