//! `districts db`.

use clap::Subcommand;

/// `districts db …`
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Start the embedded PostgreSQL and leave it running
    Start {
        /// Listen on 127.0.0.1 with this port too, with a new password that is printed once
        #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1024..))]
        port: Option<u16>,
    },
    /// Stop it
    Stop,
    /// Say whether it runs, where its data, socket and log are
    Status,
    /// Print its URL, for other programs on this machine
    Url,
    /// Open psql on it, or run one statement
    #[command(after_help = "Example:\n  districts db psql -- -c 'select * from superintendent_directory limit 5'")]
    Psql {
        /// Arguments for psql
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Drop the database (with --sample: the sample's) and make it anew, empty
    Reset {
        /// All data in it is lost: say that you mean it
        #[arg(long)]
        yes: bool,
    },
}
